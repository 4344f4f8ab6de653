"""Load and export a project's file, and say which projects somebody can see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType

from bot.domain import changes, policies, projectfile, templates
from bot.domain.errors import Invalid, NotFound, Refused
from bot.domain.plan import Plan
from bot.domain.templates import Made
from bot.tracker.desk import refuse_cycle
from bot.tracker.starting import Starting, checked_name
from bot.tracker.values import Actor, LoadReport
from storage import Transaction
from storage.guard import clean

_TEMPLATE_KEY = re.compile(r"[\w.-]{1,80}")


class Projects(Starting):
    """The verbs on whole projects."""

    def load(
        self,
        text: str | bytes,
        filename: str,
        *,
        workspace: str,
        actor: str,
        dry_run: bool = False,
        overwrite: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> LoadReport:
        """Bring in a project file: all of it, or nothing. What was changed since it was exported stays."""
        loaded = projectfile.parse(text, filename, today=self.now().date(), progress=progress)
        with self.store.transaction() as tx:
            current = tx.plan(workspace, loaded.plan.project.key)
            merged = self._merged(tx, workspace, current, loaded, overwrite, actor)
            after = replace(merged.after, project=replace(merged.after.project, workspace=workspace))
            found = changes.diff(current, after)
            if found and not dry_run:
                if current is not None:
                    refuse_cycle(current, after)
                after = tx.save(current, after, actor=actor, act="load", at=self.now())
                if current is not None:
                    self._follow(tx, current, after)
            return LoadReport(
                project=after.project.key,
                name=after.project.name,
                is_new=current is None,
                items=len(after.items),
                changes=found,
                kept=tuple(str(kept) for kept in merged.kept),
                warnings=loaded.warnings,
                revision=after.project.revision,
                dry_run=dry_run,
            )

    def _merged(
        self,
        tx: Transaction,
        workspace: str,
        current: Plan | None,
        loaded: projectfile.Loaded,
        overwrite: bool,
        by: str,
    ) -> projectfile.Merge:
        if current is None:
            return projectfile.merge(None, loaded, ())
        since = tx.events(workspace, current.project.key, after_revision=projectfile.base_of(current, loaded))
        return projectfile.merge(current, loaded, since, overwrite=overwrite, by=by)

    def export(self, workspace: str, key: str) -> str:
        """The project as a file that can be loaded again."""
        with self.store.reading() as tx:
            return projectfile.write(self._stored(tx, workspace, key))

    def template_from(self, workspace: str, key: str, named: str, name: str) -> Made:
        """A template made of a project, with nothing of whose it was."""
        with self.store.reading() as tx:
            plan = self._stored(tx, workspace, key)
        if not _TEMPLATE_KEY.fullmatch(named):
            raise Invalid(f"“{named[:60]}” is no key: use letters, digits, “-”, “_” and “.”.")
        name = checked_name(clean(name), "golive templates from PROJECT --name Checklist")
        made = templates.make(plan, named, name, self._today(plan))
        wrong = next(templates.wrong(made.template), None)
        if wrong is not None:
            raise Refused(f"{plan.project.name} makes no template: {wrong.key}, {wrong.message}.")
        return made

    def adopt(self, workspace: str) -> None:
        """What was loaded before Slack was known belongs to this workspace."""
        with self.store.transaction() as tx:
            tx.adopt(workspace)

    def members(self, workspace: str, channel: str) -> frozenset[str]:
        """Who is known to be in a channel."""
        with self.store.reading() as tx:
            return tx.members(workspace, channel)

    def members_are(
        self, workspace: str, channel: str, users: Iterable[str], *, before: frozenset[str]
    ) -> None:
        """Who is in a channel, and so may see its project. `before` are those known when Slack was asked:
        whoever came or went since then did so for good."""
        with self.store.transaction() as tx:
            now = tx.members(workspace, channel)
            came, went = now - before, before - now
            tx.set_members(workspace, channel, frozenset(users) - went | came)

    def joined(self, workspace: str, channel: str, user: str) -> None:
        with self.store.transaction() as tx:
            tx.add_member(workspace, channel, user)

    def left(self, workspace: str, channel: str, user: str) -> None:
        with self.store.transaction() as tx:
            tx.remove_member(workspace, channel, user)

    def channel_is_now(self, workspace: str, old: str, new: str) -> None:
        """Slack gave a channel another id: its project, the threads it is spoken of in, what waits to be said
        there, and the summaries posted there go along."""
        with self.store.transaction() as tx:
            if tx.plan_in(workspace, new) is not None:
                return  # that is old news, or somebody was faster and began a project there
            tx.channel_moved(workspace, old, new)
            tx.talk_moved(workspace, old, new)
            for project in tx.projects(workspace):
                there = (project.channel, *(each.channel for each in policies.of(project).summaries))
                if old in there and (plan := tx.plan(workspace, project.key)) is not None:
                    tx.save(plan, _renumbered(plan, old, new), actor="golive", act="renumber", at=self.now())

    def sees(self, who: Actor, key: str) -> bool:
        """Whether there is a project of this key that somebody may see."""
        with self.store.reading() as tx:
            plan = tx.plan(who.workspace, key)
            return plan is not None and self._may_see(tx, who, plan, None)

    def channels(self, workspace: str) -> tuple[str, ...]:
        """The channels that have a project, or where a summary of one is posted."""
        with self.store.reading() as tx:
            found = [p.channel for p in tx.projects(workspace) if p.channel]
            found += [each.channel for p in tx.projects(workspace) for each in policies.of(p).summaries]
        return tuple(dict.fromkeys(found))

    def unseen_channels(self, workspace: str) -> list[str]:
        """The channels of projects where nobody is known to be."""
        with self.store.reading() as tx:
            return tx.unseen_channels(workspace)

    def _stored(self, tx: Transaction, workspace: str, key: str | None) -> Plan:
        """A project by its key; the only one there is when none is named."""
        keys = [project.key for project in tx.projects(workspace)]
        if key is None and len(keys) == 1:
            key = keys[0]
        plan = tx.plan(workspace, key) if key is not None else None
        if plan is None:
            known = (
                f"There are: {', '.join(sorted(keys))}."
                if keys
                else "None is loaded yet: `golive load FILE.yaml`."
            )
            raise NotFound(f"There is no project {key!r}. {known}" if key else f"Say which project. {known}")
        return plan


def _renumbered(plan: Plan, old: str, new: str) -> Plan:
    """The same where a channel has another id."""
    head = plan.project
    posted = policies.of(head).summaries
    if any(each.channel == old for each in posted):
        moved = [replace(each, channel=new) if each.channel == old else each for each in posted]
        said = [policies.summary_as_said(each) for each in moved]
        head = replace(head, policies=MappingProxyType({**head.policies, "summaries": said}))
    return replace(
        plan,
        project=replace(head, channel=new) if head.channel == old else head,
        blockers=tuple(replace(b, channel=new) if b.channel == old else b for b in plan.blockers),
        decisions=tuple(replace(d, channel=new) if d.channel == old else d for d in plan.decisions),
    )
