"""One transaction, with every repository on it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from storage import repositories
from storage.nearby import run_nearby
from storage.queries.activity import Activity
from storage.queries.bursts import Bursts
from storage.queries.effects import EffectQueries
from storage.queries.examples import ExampleQueries
from storage.queries.fairness import FairnessFigures
from storage.queries.feed import Feed
from storage.queries.home import HomeQueries
from storage.queries.outcomes import OutcomeFigures
from storage.queries.quality import Quality
from storage.queries.release_news import ReleaseNewsQueries
from storage.queries.rule_list import RuleList
from storage.queries.training import TrainingQueries
from storage.queries.trials import TrialQueries

_Result = TypeVar("_Result")
_Repository = TypeVar("_Repository")


class _On(Generic[_Repository]):
    """A repository of the unit's transaction, made when it is first used."""

    def __init__(self, make: Callable[[AsyncSession], _Repository]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: "UnitOfWork", owner: type) -> _Repository:
        repository = unit.__dict__[self._name] = self._make(unit._session)  # noqa: SLF001 - of this module
        return repository


class UnitOfWork:
    """What a service works with inside `Database.begin()` or `Database.read()`."""

    workspaces = _On(repositories.Workspaces)
    channels = _On(repositories.Channels)
    members = _On(repositories.Members)
    installations = _On(repositories.Installations)
    tasks = _On(repositories.Tasks)
    drafts = _On(repositories.Drafts)
    feedback = _On(repositories.Feedback)
    ledger = _On(repositories.LedgerRows)
    corrections = _On(repositories.Corrections)
    phrasings = _On(repositories.Phrasings)
    polls = _On(repositories.Polls)
    tallies = _On(repositories.Tallies)
    observations = _On(repositories.Observations)
    rules = _On(repositories.Rules)
    sightings = _On(repositories.RuleSightings)
    let_stand = _On(repositories.LetStands)
    asks = _On(repositories.Asks)
    anchors = _On(repositories.Anchors)
    rater_weights = _On(repositories.RaterWeights)
    digests = _On(repositories.Digests)
    holds = _On(repositories.Holds)
    recurring = _On(repositories.RecurringBriefs)
    datasets = _On(repositories.Datasets)
    runs = _On(repositories.TrainingRuns)
    releases = _On(repositories.Releases)
    trials = _On(repositories.Trials)
    memos = _On(repositories.Memos)
    gate_results = _On(repositories.GateResults)
    api_tokens = _On(repositories.ApiTokens)
    outcomes = _On(repositories.Outcomes)
    webhooks = _On(repositories.Webhooks)
    feed_places = _On(repositories.FeedPlaces)
    posts = _On(repositories.Posts)
    replicas = _On(repositories.Replicas)
    audit = _On(repositories.AuditLog)
    key_checks = _On(repositories.KeyChecks)
    training = _On(TrainingQueries)
    examples = _On(ExampleQueries)
    quality = _On(Quality)
    activity = _On(Activity)
    bursts = _On(Bursts)
    feed = _On(Feed)
    fairness_figures = _On(FairnessFigures)
    outcome_figures = _On(OutcomeFigures)
    home = _On(HomeQueries)
    effects = _On(EffectQueries)
    rule_list = _On(RuleList)
    release_news = _On(ReleaseNewsQueries)
    trial_queries = _On(TrialQueries)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._afterwards: list[Callable[[], None]] = []

    def when_committed(self, function: Callable[[], None]) -> None:
        """Call a function once this transaction has been committed; never if it is not."""
        self._afterwards.append(function)

    def tell_committed(self) -> None:
        """Call what waited for the commit."""
        for function in self._afterwards:
            function()

    async def run_sync(self, function: Callable[[Connection], _Result]) -> _Result:
        """Run a function on this transaction's own connection: how durable work is enqueued with its cause."""
        await self._session.flush()
        return await run_nearby(await self._session.connection(), function)

    async def flush(self) -> None:
        """Write what was changed so far, still uncommitted."""
        await self._session.flush()
