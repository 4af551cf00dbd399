"""Everything the bot can do, wired once, by hand, readable top to bottom."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from bot.digests.digest import Digests
from bot.digests.due import DigestSchedule
from bot.digests.effects import RuleEffects
from bot.digests.fairness import Fairness
from bot.digests.stats import Stats
from bot.digests.stats_answer import StatsAnswer
from bot.digests.timetable import Timetable
from bot.drafts.desk import Desk
from bot.drafts.drafting import Drafting, build_drafting
from bot.drafts.recurring import RecurringBriefs
from bot.drafts.recurring_due import RecurringSchedule
from bot.drafts.recurring_settings import RecurringSettings
from bot.drafts.request import Drafts
from bot.feedback.budget import Budget
from bot.feedback.emoji_forms import EmojiForms
from bot.feedback.feedback import Feedback, build_feedback
from bot.feedback.implicit import Implicit
from bot.feedback.ledger import Ledger
from bot.feedback.lines import Lines
from bot.feedback.participation import Participation
from bot.feedback.policy_changes import PolicyChanges
from bot.feedback.reviewers import Reviewers
from bot.home.home import Home, build_home_service
from bot.integrations.integrations import Integrations, build_integrations
from bot.keys import open_database, open_keyring
from bot.learning.learning import Learning, build_learning
from bot.learning.rulebook.rulebook import Rulebook, build_rulebook
from bot.llm.openai_chat import OpenAIChat
from bot.releases.loop import build_loop
from bot.releases.releases import Releases
from bot.runtime.durable import Durable
from bot.runtime.replicas import Replicas
from bot.runtime.schedule import Schedule
from bot.scoring.scoring import Scoring, build_scoring
from bot.settings import Settings
from bot.slack.access import Admins, Membership
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.groups import UserGroups
from bot.slack.introductions import Introductions
from bot.slack.messenger import Messenger
from bot.slack.threads import Threads
from bot.team.asking import Asking
from bot.team.members import MemberSettings
from bot.team.onboarding import Onboarding
from bot.team.settings import SettingsHub
from bot.team.settings_forms import SettingsForms
from bot.team.team_settings import TeamSettings, build_team_settings
from bot.training.trainers.registry import build_trainer
from bot.training.training import Training
from bot.trials.trials import Trials
from storage import migrate
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.types import utc_now

DAILY = timedelta(days=1)
HOURLY = timedelta(hours=1)
WATCH = timedelta(minutes=1)
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
    asking: Asking
    address_book: AddressBook
    user_groups: UserGroups
    durable: Durable
    replicas: Replicas
    schedule: Schedule
    model: OpenAIChat
    drafts: Drafts
    desk: Desk
    recurring: RecurringBriefs
    recurring_schedule: RecurringSchedule
    recurring_settings: RecurringSettings
    ledger: Ledger
    participation: Participation
    scoring: Scoring
    implicit: Implicit
    policy_changes: PolicyChanges
    feedback: Feedback
    reviewers: Reviewers
    lines: Lines
    learning: Learning
    rulebook: Rulebook
    drafting: Drafting
    stats: Stats
    stats_answer: StatsAnswer
    fairness: Fairness
    home: Home
    members: MemberSettings
    onboarding: Onboarding
    digests: Digests
    digest_schedule: DigestSchedule
    timetable: Timetable
    team: TeamSettings
    settings_hub: SettingsHub
    settings_forms: SettingsForms
    emoji_forms: EmojiForms
    training: Training
    trials: Trials
    releases: Releases
    integrations: Integrations

    async def close(self) -> None:
        """Close every connection; safe after a `Durable` that was closed already."""
        await self.durable.close()
        await self.drafting.close()
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
    keyring = open_keyring(settings)
    build_trainer(settings)  # Wrong settings are told before a file is made.
    if (await migrate.state(settings.database_url)).unmade:
        await migrate.upgrade(settings.database_url)
    await migrate.check(settings.database_url)
    database = await open_database(settings, keyring)
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
    user_groups = UserGroups(clients)
    admins = Admins(messenger, named=settings.admins)
    membership = Membership(clients, messenger=messenger)
    asking = Asking(database, admins=admins, groups=user_groups)
    model = OpenAIChat(settings)

    drafts = Drafts(database, durable=durable, clock=clock, asking=asking)
    recurring = RecurringBriefs(database, asking=asking, admins=admins, clock=clock)
    recurring_schedule = RecurringSchedule(database, drafts=drafts, durable=durable, messenger=messenger)

    ledger = Ledger(count_other_organisations=settings.count_other_organisations)
    feedback = build_feedback(
        database,
        ledger=ledger,
        durable=durable,
        messenger=messenger,
        model=model,
        asks_per_day=settings.asks_per_day,
        model_reads_replies=settings.read_replies == "model",
        clock=clock,
    )

    learning = build_learning(
        database,
        settings=settings,
        model=model,
        durable=durable,
        messenger=messenger,
        admins=admins,
        clock=clock,
    )

    participation = Participation(database, ledger=ledger, durable=durable, clock=clock)
    scoring = build_scoring(
        database,
        settings=settings,
        participation=participation,
        durable=durable,
        messenger=messenger,
        admins=admins,
        membership=membership,
        clock=clock,
    )
    address_book = AddressBook(database, clock=clock)
    introductions = Introductions(
        database, messenger=messenger, address_book=address_book, reconsider=participation.reconsider
    )

    stats = Stats(database, clock=clock)
    digest_schedule = DigestSchedule(database, durable=durable)

    timetable = Timetable(database, clock=clock)
    policy_changes = PolicyChanges(durable=durable, clock=clock)
    team = build_team_settings(
        database,
        planner=timetable,
        policy_changed=policy_changes.follow,
        count_other_organisations=settings.count_other_organisations,
        clock=clock,
    )

    drafting = build_drafting(
        database,
        settings=settings,
        model=model,
        messenger=messenger,
        threads=Threads(clients),
        lines=feedback.lines,
        learning=learning,
        admins=admins,
        durable=durable,
        clock=clock,
    )
    loop = build_loop(
        database,
        settings=settings,
        drafting=drafting,
        models=model,
        ledger=ledger,
        durable=durable,
        messenger=messenger,
        membership=membership,
        admins=admins,
        clock=clock,
    )
    integrations = build_integrations(
        database, settings=settings, durable=durable, drafts=drafts, messenger=messenger, clock=clock
    )

    schedule.add("heartbeat", replicas.beat)
    schedule.add("takeover", replicas.take_over)
    schedule.add("introductions", introductions.run)
    schedule.add("digests", digest_schedule.run_due)
    schedule.add("recurring", recurring_schedule.run_due)
    schedule.add("retraining", loop.training.triggers.tick, every=RETRAIN_LOOK)
    schedule.add("release_news", loop.releases.changes.tick)
    schedule.add("guard", loop.releases.guard.tick, every=RETRAIN_LOOK)
    schedule.add("webhooks", integrations.delivery.run_due)
    schedule.add("left_alone", feedback.implicit.note_left_alone, every=HOURLY)
    schedule.add("learning", learning.learner.run_due, every=RETRAIN_LOOK)
    schedule.add("rules", learning.learner.sweep_all, every=DAILY)
    schedule.add("rule_polls", learning.polls.close_due, every=RETRAIN_LOOK)
    schedule.add("weights", scoring.weights.run_due, every=HOURLY)
    schedule.add("anchor_questions", scoring.questions.run_due, every=HOURLY)
    schedule.add("watch", scoring.quarantine.watch, every=WATCH)
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
        admins=admins,
        asking=asking,
        address_book=address_book,
        user_groups=user_groups,
        durable=durable,
        replicas=replicas,
        schedule=schedule,
        model=model,
        drafts=drafts,
        desk=Desk(drafts, messenger=messenger),
        recurring=recurring,
        recurring_schedule=recurring_schedule,
        recurring_settings=RecurringSettings(recurring, admins=admins, messenger=messenger),
        learning=learning,
        rulebook=build_rulebook(
            database,
            decisions=learning.decisions,
            effects=RuleEffects(),
            messenger=messenger,
            admins=admins,
            membership=membership,
            durable=durable,
            clock=clock,
        ),
        drafting=drafting,
        ledger=ledger,
        participation=participation,
        scoring=scoring,
        implicit=feedback.implicit,
        policy_changes=policy_changes,
        feedback=feedback,
        reviewers=Reviewers(
            database,
            groups=user_groups,
            budget=Budget(asks_per_day=settings.asks_per_day),
            address_book=address_book,
            durable=durable,
            messenger=messenger,
            clock=clock,
        ),
        lines=feedback.lines,
        stats=stats,
        stats_answer=StatsAnswer(database, stats=stats, membership=membership),
        fairness=Fairness(database, clock=clock),
        home=build_home_service(
            database,
            stats=stats,
            messenger=messenger,
            admins=admins,
            inbox=inbox,
            releases=loop.releases.browser,
            clock=clock,
        ),
        members=MemberSettings(database),
        onboarding=Onboarding(database, durable=durable, messenger=messenger, clock=clock),
        digests=Digests(database, messenger=messenger, clock=clock),
        digest_schedule=digest_schedule,
        timetable=timetable,
        team=team,
        settings_hub=SettingsHub(team, messenger=messenger, admins=admins),
        settings_forms=SettingsForms(team, messenger=messenger, groups=user_groups),
        emoji_forms=EmojiForms(team.workspaces),
        training=loop.training,
        trials=loop.trials,
        releases=loop.releases,
        integrations=integrations,
    )
