// Hears from the sandbox that something changed, and finds it again by itself when it was away.

const PATIENCE = 2000;

/** Calls `onChange` on every change and after every return; `onAway(true|false)` when it is gone or back. */
export function listen({ onChange, onAway }) {
  let source = null;
  let away = false;

  const settle = (gone) => {
    if (gone !== away) onAway(gone);
    away = gone;
  };

  const connect = () => {
    source = new EventSource("/changes");
    source.onopen = () => {
      settle(false);
      onChange();
    };
    source.onmessage = () => onChange();
    source.onerror = () => {
      source.close();
      settle(true);
      setTimeout(connect, PATIENCE);
    };
  };

  connect();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}
