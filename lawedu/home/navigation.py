"""Navigation (导航): what stands in the menus of each role, on one page.

A bench belongs to roles; on it an item shows when its permission does. Permissions alone would not do: several roles
share some, and a person would meet the same page on the bench of somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lawedu.core.policy import Actor, Role, may


@dataclass(frozen=True)
class Place:
    """One entry (菜单项). `icon` and `short` are for the phone's bottom bar.

    `also` are endpoints or blueprints that belong to it.
    """

    label: str
    endpoint: str
    permission: str
    icon: str = ""
    short: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bench:
    """Workbench (工作台) of one or more roles: titled groups of places."""

    name: str
    roles: frozenset[Role]
    groups: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)

    @property
    def places(self) -> list[Place]:
        return [place for group in self.groups.values() for place in group]


# Pages of one exam, each with a blueprint of its own.
OF_ONE_EXAM = ("plan", "preview", "publication", "release", "audience", "roster_admin", "exam_rosters", "monitor")

SITE = (
    Place("首页", "home.index", "public", "home"),
    Place("我的学法", "home.me", "me.view", "user", "我的"),
    Place("考试", "attempts.index", "exam.sit", "pen", also=("attempts.rules",)),
    Place("法律库", "laws.index", "public", "book", also=("law_articles", "must_know")),
    Place("帮助", "home.help_page", "public", "info"),
)

BENCHES = (
    Bench(
        "单位工作台",
        frozenset({Role.UNIT_ADMIN}),
        {
            "本单位": (
                Place("完成情况", "unit_completion.index", "completion.unit"),
                Place("应考名单", "exam_rosters.index", "roster.confirm"),
                Place("免考与缓考", "exemptions.index", "exemption.apply"),
            ),
            "人员": (
                Place("本单位人员", "rosters.people", "people.edit"),
                Place("激活单", "slips.index", "account.issue_code"),
                Place("账号", "accounts.index", "people.edit"),
            ),
        },
    ),
    Bench(
        "考务工作台",
        frozenset({Role.EXAM_ADMIN}),
        {
            "考试": (
                Place("考试安排", "exams.index", "exam.edit", also=OF_ONE_EXAM),
                Place("免考缓考审批", "exemptions.queue", "exemption.decide"),
                Place("校外成绩", "outside.index", "score.import"),
                Place("题库检索", "questions.index", "question.view"),
                Place("待审批", "home.approvals", "exam.approve"),
            ),
        },
    ),
    Bench(
        "题库工作台",
        frozenset({Role.AUTHOR, Role.REVIEWER}),
        {
            "题库": (
                Place("题库", "questions.index", "question.view", also=("question_editor", "question_exports")),
                Place("导入题目", "question_imports.upload", "question.import"),
                Place("待我审核", "question_reviews.index", "question.review"),
                Place("条文变动", "question_flags.index", "question.comment"),
            ),
        },
    ),
    Bench(
        "大讲堂工作台",
        frozenset({Role.ORGANIZER}),
        {
            "学法": (Place("应知应会清单", "must_know.lists", "must_know.edit"),),
        },
    ),
    Bench(
        "组织人事工作台",
        frozenset({Role.HR}),
        {
            "学法完成": (
                Place("完成情况", "completion.index", "completion.view"),
                Place("导出记录", "completion.exports", "completion.export"),
            ),
            "人员": (
                Place("人员名册", "rosters.people", "people.import"),
                Place("单位", "rosters.units", "unit.edit"),
                Place("导入名册", "rosters.upload", "people.import"),
                Place("激活单", "slips.index", "account.issue_code"),
                Place("账号", "accounts.index", "people.edit"),
                Place("授权审批", "roles.requests", "role.approve", also=("roles.request_page",)),
                Place("动态验证码重置审批", "factor_resets.index", "factor.approve"),
            ),
        },
    ),
    Bench(
        "安全管理",
        frozenset({Role.SECURITY_ADMIN, Role.AUDITOR}),
        {
            "授权": (
                Place("角色授权", "roles.index", "role.view"),
                Place("授权审批", "roles.requests", "role.approve", also=("roles.request_page",)),
                Place("解除登录限制", "accounts.waits", "account.unlock"),
                Place("重置动态验证码", "factor_resets.index", "factor.approve"),
                Place("待审批", "home.approvals", "exam.approve"),
            ),
        },
    ),
)


def benches_of(actor: Actor) -> list[Bench]:
    """The benches of the actor's roles with at least one open place, holding only the open ones."""
    found = []
    for bench in BENCHES:
        if not bench.roles & actor.roles:
            continue
        groups = {
            title: tuple(place for place in places if may(actor, place.permission))
            for title, places in bench.groups.items()
        }
        groups = {title: places for title, places in groups.items() if places}
        if groups:
            found.append(Bench(bench.name, bench.roles, groups))
    return found


def bench_at(benches: list[Bench], endpoint: str) -> Bench | None:
    """The bench a page belongs to: the first that has the page itself, else one of its blueprint."""
    exact = (bench for bench in benches if any(place.endpoint == endpoint for place in bench.places))
    near = (bench for bench in benches if current_place(bench.places, endpoint))
    return next(exact, None) or next(near, None)


def current_place(places: list[Place], endpoint: str) -> Place | None:
    """The entry that the page belongs to: exactly, by the blueprint, or by `also`."""
    blueprint = endpoint.split(".")[0]
    exact = [place for place in places if endpoint in (place.endpoint, *place.also)]
    near = [place for place in places if place.endpoint.split(".")[0] == blueprint]
    wide = [place for place in places if blueprint in place.also]
    return next(iter([*exact, *near, *wide]), None)
