"""A Slack on localhost: Web API, Socket Mode, signed HTTP, interactivity, files, modals, and people to play with.

Everything is in memory and on loopback. It is as strict as Slack: scopes, membership, Block Kit limits, unknown
arguments, expired triggers. Tests and the demo use it like this::

    async with Sandbox() as sandbox:                       # or: await sandbox.start(port=0) … await sandbox.stop()
        ana = sandbox.add_person("Ana", admin=True, tz="Europe/Berlin")     # team="T0OTHER": a stranger
        general = sandbox.add_channel("general", members=[ana])             # private=True, bot=False

        # Point the bot at sandbox.api_url (SLACK_API_URL), sandbox.bot_token, sandbox.app_token and
        # sandbox.signing_secret. It gets events by Socket Mode, or by signed HTTP after
        sandbox.deliver_to("http://127.0.0.1:3000/slack/events")

        message = await ana.say(general, f"{sandbox.mention} write something")    # thread=, broadcast=, files=
        await ana.edit(message, "new text")
        await ana.delete(message)
        delivery = await ana.command(general, "/draft", "brief")     # delivery.acked, .answer, .text, .seconds
        draft = await sandbox.wait_for(lambda: sandbox.messages(general))         # Message: .text .blocks .metadata …
        await ana.react(draft[0], "+1")
        await ana.unreact(draft[0], "+1")
        await ana.press(draft[0], "draft_vote", value="positive")                 # buttons, feedback buttons; block_id=
        await ana.press(draft[0], "draft_stars", selected_option="4")             # selects, overflow, radio
        await ana.global_shortcut("new_draft")
        await ana.message_shortcut(draft[0], "draft_reply")
        view = await ana.next_view()                        # each modal once; ana.open_views: what is on the screen
        result = await ana.submit(view, {"block": {"action": "value"}})     # result.errors, .view, .closed, .delivery
        await ana.close(view)
        await ana.open_home()                               # ana.home, ana.direct, ana.ephemerals(general), ana.dismiss(…)

What happened: ``messages(channel, thread=…)``, ``message(channel, ts=…)``, ``calls`` (every Web API call), ``deliveries``
(every envelope with its attempts), ``files``; ``settle()`` waits until all events are acknowledged or given up.

What goes wrong: ``inject(method, kind, times=…)`` with the kinds of ``Fault`` (429, 500, HTML, dropped before or *after*
the method did its work, late, any error code), ``drop_connections()``, ``refuse_handshakes(n)``, ``disconnect(reason)``,
``hold()`` and ``release(reversed)``, ``redeliver(delivery)``, ``uninstall()``, ``revoke(token)``, ``Sandbox(rate_limits=True)``.
``publish(event)`` sends any event in its envelope, ``send(body)`` any body as it is; ``unfurl``, ``rename``, ``archive``, ``invite_bot``,
``remove_bot``, ``change_person`` the usual ones. The bot has the scopes and events of the manifest; others:
``Sandbox(app=App(scopes=SCOPES | {"files:read"}))``.

No verb of a person waits for the bot, except those whose answer they see (``command``, ``press``, ``submit``,
shortcuts): 10,000 ``await ana.react(…)`` in a row are 10,000 events on their way at once.

``sign(body, secret=…, timestamp=…)`` makes Slack's headers for requests of your own.

For stories in which the bot dies and Slack lives on: ``python -m bot.sandbox --config file.json`` prints one line of JSON
with its URLs, tokens and ids; ``RemoteSandbox(line)`` has the same verbs and properties, each awaited.
"""

from bot.sandbox.deliveries import Delivery
from bot.sandbox.errors import CannotError, SlackError
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Message, OpenView
from bot.sandbox.remote import RemotePerson, RemoteSandbox, deed
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.signed_http import sign
from bot.sandbox.submissions import Submission
from bot.sandbox.web_calls import WebCall
from bot.sandbox.workspace import EVENTS, SCOPES, App, AppCommand, AppShortcut

__all__ = [
    "EVENTS",
    "SCOPES",
    "App",
    "AppCommand",
    "AppShortcut",
    "CannotError",
    "Channel",
    "Delivery",
    "Fault",
    "Message",
    "OpenView",
    "Person",
    "RemotePerson",
    "RemoteSandbox",
    "Sandbox",
    "SlackError",
    "Submission",
    "WebCall",
    "deed",
    "sign",
]
