"""Everything the bot can do, wired once, by hand, readable top to bottom."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from bot.digests.digest import Digests
from bot.digests.due import DigestSchedule
from bot.digests.home import Home
from bot.digests.stats import Stats
from bot.digests.stats_answer import StatsAnswer
from bot.digests.timetable import Timetable
from bot.drafts.desk import Desk
from bot.drafts.generate import Generator
from bot.drafts.prompt import Prompting
from bot.drafts.publish import Publisher
from bot.drafts.request import Drafts
from bot.drafts.revise import Reviser
from bot.drafts.show_edit import EditShower
from bot.drafts.why import Explainer
from bot.feedback.feedback import Feedback, build_feedback
from bot.feedback.ledger import Ledger
from bot.feedback.strangers import Strangers
from bot.llm.openai_chat import OpenAIChat
from bot.logs import get_logger
from bot.runtime.durable import Durable
from bot.runtime.replicas import Replicas
from bot.runtime.schedule import Schedule
from bot.settings import Settings
from bot.slack.access import Admins, Membership
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.introductions import Introductions
from bot.slack.messenger import Messenger
from bot.slack.threads import Threads
from bot.training.consent import Consent
from bot.training.datasets import Datasets
from bot.training.exports import FeedbackExport
from bot.training.report import RunReports
from bot.training.runs import RunPolicy, TrainingRuns
from bot.training.trainers.registry import build_trainer
from bot.training.triggers import RetrainTriggers
from storage import migrate
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.keyring import Keyring, read_or_create_key_file
from storage.types import utc_now

log = get_logger(__name__)
DAILY = timedelta(days=1)
RETRAIN_LOOK = timedelta(seconds=30)
INBOX_MEMORY = timedelta(days=7)  # How long a handled event is kept, so that a late repeat is known.


@dataclass(frozen=True)
class Services:
    """What handlers may call."""

    settings: Settings
    clock: Callable[[], datetime]
    replica_id: str
    database: Database
    inbox: InboxStore
    clients: Clients
    messenger: Messenger
    admins: Admins
    address_book: AddressBook
    durable: Durable
    replicas: Replicas
    schedule: Schedule
    model: OpenAIChat
    drafts: Drafts
    desk: Desk
    generator: Generator
    publisher: Publisher
    reviser: Reviser
    explainer: Explainer
    ledger: Ledger
    feedback: Feedback
    edit_shower: EditShower
    stats: Stats
    stats_answer: StatsAnswer
    home: Home
    digests: Digests
    digest_schedule: DigestSchedule
    timetable: Timetable
    consent: Consent
    datasets: Datasets
    feedback_export: FeedbackExport
    training_runs: TrainingRuns
    run_reports: RunReports

    async def close(self) -> None:
        """Close every connection; safe after a `Durable` that was closed already."""
        await self.durable.close()
        await self.model.close()
        await self.messenger.close()
        await self.inbox.close()
        await self.database.close()


async def build_services(  # noqa: PLR0915 - One list of everything, read from top to bottom.
    settings: Settings, *, clock: Callable[[], datetime] = utc_now
) -> Services:
    """Open the database (making its tables if it is new) and wire everything.

    Raises:
        SettingsError: a setting is not usable.
        SchemaOutdated, KeyringError: the database needs an upgrade, or other keys.
    """
    keyring, trainer = _keyring(settings), build_trainer(settings)
    if (await migrate.state(settings.database_url)).unmade:
        await migrate.upgrade(settings.database_url)
    await migrate.check(settings.database_url)
    database = await _open(settings, keyring)
    inbox = InboxStore.connect(settings.database_url, keyring=keyring)

    replica_id = f"replica-{secrets.token_hex(8)}"
    durable = Durable(database, executor_id=replica_id)
    replicas = Replicas(
        database,
        durable,
        inbox=inbox,
        replica_id=replica_id,
        version=version("draftloop"),
        dead_after=timedelta(seconds=settings.replica_dead_after_seconds),
    )
    schedule = Schedule(tick_seconds=settings.tick_seconds, clock=clock)

    clients = Clients(settings, database)
    messenger = Messenger(clients, database=database, clock=clock)
    model = OpenAIChat(settings)

    drafts = Drafts(database, durable=durable, clock=clock)
    prompting = Prompting(settings.prompt_layout, examples=settings.prompt_examples)
    generator = Generator(
        database,
        model=model,
        threads=Threads(clients),
        max_tokens=settings.model_max_tokens,
        clock=clock,
        prompting=prompting,
    )
    reviser = Reviser(
        database,
        model=model,
        messenger=messenger,
        max_tokens=settings.model_max_tokens,
        clock=clock,
        prompting=prompting,
    )

    ledger = Ledger(count_other_organisations=settings.count_other_organisations)
    feedback = build_feedback(
        database,
        ledger=ledger,
        durable=durable,
        messenger=messenger,
        asks_per_day=settings.asks_per_day,
        clock=clock,
    )

    address_book = AddressBook(database, clock=clock)
    introductions = Introductions(
        database,
        messenger=messenger,
        address_book=address_book,
        reconsider=Strangers(database, ledger=ledger).reconsider,
    )

    stats = Stats(database, clock=clock)
    membership = Membership(clients, messenger=messenger)
    digest_schedule = DigestSchedule(database, durable=durable)

    datasets = Datasets(database)
    training_runs = TrainingRuns(
        database,
        datasets=datasets,
        durable=durable,
        trainer=trainer,
        policy=RunPolicy(
            minimum_rows=settings.retrain_minimum_rows,
            timeout=timedelta(seconds=settings.trainer_timeout_seconds),
        ),
        clock=clock,
    )
    triggers = RetrainTriggers(
        database, runs=training_runs, cron=settings.retrain_cron, threshold=settings.retrain_threshold
    )

    schedule.add("heartbeat", replicas.beat)
    schedule.add("takeover", replicas.take_over)
    schedule.add("introductions", introductions.run)
    schedule.add("digests", digest_schedule.run_due)
    schedule.add("retraining", triggers.tick, every=RETRAIN_LOOK)
    schedule.add("prune_work", replicas.prune, every=DAILY)
    schedule.add("prune_inbox", lambda now: inbox.prune(done_before=now - INBOX_MEMORY), every=DAILY)

    return Services(
        settings=settings,
        clock=clock,
        replica_id=replica_id,
        database=database,
        inbox=inbox,
        clients=clients,
        messenger=messenger,
        admins=Admins(messenger, named=settings.admins),
        address_book=address_book,
        durable=durable,
        replicas=replicas,
        schedule=schedule,
        model=model,
        drafts=drafts,
        desk=Desk(drafts, messenger=messenger),
        generator=generator,
        publisher=Publisher(database, messenger=messenger, clock=clock),
        reviser=reviser,
        explainer=Explainer(database, messenger=messenger),
        ledger=ledger,
        feedback=feedback,
        edit_shower=EditShower(database, messenger=messenger),
        stats=stats,
        stats_answer=StatsAnswer(database, stats=stats, membership=membership),
        home=Home(database, stats=stats, messenger=messenger, clock=clock),
        digests=Digests(database, messenger=messenger, clock=clock),
        digest_schedule=digest_schedule,
        timetable=Timetable(database, clock=clock),
        consent=Consent(database),
        datasets=datasets,
        feedback_export=FeedbackExport(database),
        training_runs=training_runs,
        run_reports=RunReports(database, messenger=messenger, admin_channel=settings.admin_channel),
    )


async def _open(settings: Settings, keyring: Keyring) -> Database:
    """Connect, and close again if the keys are not the ones this database was sealed with."""
    database = Database.connect(settings.database_url, keyring=keyring)
    try:
        await database.verify_keyring()
    except BaseException:
        await database.close()
        raise
    return database


def _keyring(settings: Settings) -> Keyring:
    """Return the configured keys, or the one in the key file, which is made when there is none."""
    if settings.encryption_keys:
        return Keyring([key.get_secret_value() for key in settings.encryption_keys])
    path = settings.key_file
    path.parent.mkdir(parents=True, exist_ok=True)
    key, is_new = read_or_create_key_file(path)
    if is_new:
        log.warning(
            "encryption_key_made", file=str(path), advice="back it up: without it no text can be read"
        )
    return Keyring([key])
