// Reads what stands in Block Kit's fields, in the form Slack's client sends it.

const CHOICE = {
  users_select: "selected_user",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  multi_users_select: "selected_users",
  multi_channels_select: "selected_channels",
  multi_conversations_select: "selected_conversations",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
};
const OPTION = ["static_select", "external_select", "radio_buttons"];

/** Which block a control stands in. */
export const blockOf = (control) => control.closest("[data-block]")?.dataset.block ?? "";

/** The entry of one field: a text, an option's value, an id, or a list of them; null when empty. */
export function entryOf(field) {
  if (field.tagName === "FIELDSET") return checkedIn(field);
  if (field.tagName === "SELECT" && field.multiple) return [...field.selectedOptions].map((one) => one.value);
  if (field.dataset.type.startsWith("multi_")) return field.value ? [field.value] : [];
  return field.value || null;
}

function checkedIn(fieldset) {
  const values = [...fieldset.querySelectorAll("input:checked")].map((input) => input.value);
  return fieldset.dataset.type === "checkboxes" ? values : (values[0] ?? null);
}

/** Everything entered within a window or message, by block and action. */
export function stateOf(surface) {
  const state = {};
  for (const field of surface.querySelectorAll("[data-type][data-action]")) {
    (state[blockOf(field)] ??= {})[field.dataset.action] = entryOf(field);
  }
  return state;
}

/** What the verb `press` wants to know of a choice. */
export function choiceOf(field) {
  const entry = entryOf(field);
  const { type } = field.dataset;
  if (OPTION.includes(type)) return { selected_option: entry };
  return CHOICE[type] ? { selected: { [CHOICE[type]]: entry } } : { value: entry };
}
