"""Pages of HR and liaisons: who sees whom, what stands on them, and how many questions they ask the database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from lawedu.audit.models import AuditEvent
from lawedu.completion import scope_queries
from lawedu.completion.scope_queries import Filter
from lawedu.core.attempt import AttemptState
from lawedu.core.exam import ExamKind, ExamState
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import Candidate, Decision, Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.completion.histories import History, Outside, Try, live
from tests.counting import count_queries


@pytest.fixture
def hr_desk(app: Flask, hr: Person) -> Any:
    """The browser of HR for the whole zone."""
    return cast.browser(app, hr)


@pytest.fixture
def liaison_desk(app: Flask, li: Person) -> Any:
    """The browser of the liaison of 经济发展局."""
    return cast.browser(app, li)


def cells(page: str, name: str) -> list[str]:
    """The figures in the line of a unit."""
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL):
        head = re.search(r"<th[^>]*>(.*?)</th>", row, re.DOTALL)
        if head and name in text_of(head[1]):
            return [text_of(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
    raise AssertionError(f"no line of {name}")


def text_of(html: str) -> str:
    visible = re.sub(r'<span class="vh">.*?</span>', "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", visible).strip()


def test_the_table_shows_every_unit_with_its_figures(hr_desk: Any, exam: Exam, wang: Person, zhao: Person) -> None:
    live(exam, wang, History([Try(points=95)]))
    live(exam, zhao, History(exempt=Decision.APPROVED))
    page = hr_desk.get("/bench/completion").text
    assert cells(page, "经济发展局") == ["2", "0", "2", "1", "1", "0", "50.0%", "1", "100.0%", "100.0%", "95"]
    assert cells(page, "合计") == ["4", "1", "3", "1", "2", "0", "33.3%", "1", "100.0%", "100.0%", "95"]
    assert "合格÷实考" in page


def test_the_denominator_is_a_choice_and_stands_beside_the_rate(hr_desk: Any, exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=95)]))
    page = hr_desk.get("/bench/completion?base=required").text
    assert cells(page, "经济发展局")[8] == "50.0%"
    assert "合格÷应考" in page
    assert "优秀÷应考" in page


def test_first_sitting_and_after_the_resit_stand_apart(hr_desk: Any, exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=40), Try(exam_cast.WindowKind.RESIT, points=80)]))
    first = hr_desk.get("/bench/completion?sitting=first").text
    after = hr_desk.get("/bench/completion?sitting=after").text
    assert (cells(first, "经济发展局")[7], cells(after, "经济发展局")[7]) == ("0", "1")


def test_before_release_no_score_reaches_hr(hr_desk: Any, wang: Person) -> None:
    exam = exam_cast.make_exam(wang, score_at_submit=False)
    live(exam, wang, History([Try(points=87)]))
    for address in ("/bench/completion", f"/bench/completion/{exam.id}/people"):
        page = hr_desk.get(address).text
        assert "87" not in re.sub(r"csrf_token.*?>", "", page)
        assert "不合格" not in page
    filtered = hr_desk.get(f"/bench/completion/{exam.id}/people?standing=failed").text
    assert "已考（成绩未公布）" in filtered


def test_a_pre_appointment_test_leaves_no_trace(hr_desk: Any, liaison_desk: Any, wang: Person) -> None:
    exam = exam_cast.make_exam(wang, kind=ExamKind.PRE_APPOINTMENT, title="任前考法秘密批次")
    for desk, address in (
        (hr_desk, "/bench/completion"),
        (hr_desk, f"/bench/completion?exam={exam.id}"),
        (hr_desk, f"/bench/completion/{exam.id}/people"),
        (liaison_desk, "/bench/unit-completion"),
        (liaison_desk, f"/bench/unit-completion?exam={exam.id}"),
    ):
        assert "任前考法秘密批次" not in desk.get(address).text


def test_a_draft_or_a_cancelled_exam_has_no_figures(hr_desk: Any, wang: Person) -> None:
    for state in (ExamState.DRAFT, ExamState.CANCELLED):
        exam = exam_cast.make_exam(wang, state=state)
        assert hr_desk.get(f"/bench/completion?exam={exam.id}").status_code == 404


def test_hr_sees_only_the_people_under_their_authority(app: Flask, exam: Exam, wang: Person, office: Any) -> None:
    zone_hr = cast.make_person(unit=office, name="钱进")
    cast.make_account(zone_hr)
    cast.grant(zone_hr, Role.HR, cadre_authority="区管")
    wang.cadre_authority = "区管"
    db.session.commit()
    live(exam, wang, History([Try(points=95)]))
    desk = cast.browser(app, zone_hr)
    assert cells(desk.get("/bench/completion").text, "合计")[0] == "1"
    people = desk.get(f"/bench/completion/{exam.id}/people").text
    assert "王建国" in people
    assert "赵海涛" not in people
    assert "李晓梅" not in people


def test_hr_of_a_subtree_sees_no_other_unit(app: Flask, exam: Exam, other_unit: Any, unit: Any, office: Any) -> None:
    street_hr = cast.official(office, "钱进", Role.HR, scope=other_unit)
    desk = cast.browser(app, street_hr)
    page = desk.get("/bench/completion").text
    assert cells(page, "合计")[0] == "2"
    assert "经济发展局" not in page
    assert "柳岸社区" in page
    assert desk.get(f"/bench/completion?unit={unit.id}").status_code == 404
    assert desk.get(f"/bench/completion/{exam.id}/people?unit={unit.id}").status_code == 404
    assert "没有符合条件的人员" in desk.get(f"/bench/completion/{exam.id}/people?q=王建国").text


def test_two_grants_together_show_both_and_nothing_else(app: Flask, exam: Exam, unit: Any, village: Any) -> None:
    both = cast.official(unit, "钱进", Role.HR, scope=village)
    cast.grant(both, Role.HR, unit, cadre_authority="市管")
    reach = scope_queries.within(cast.actor_of(both), "completion.view")
    rows = db.session.execute(scope_queries.select_candidates(exam.id, reach, Filter())).all()
    assert [db.session.get(Person, row.person_id).name for row in rows] == ["刘春燕"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("standing=passed", ["王建国"]),
        ("standing=not_sat", ["李晓梅", "刘春燕"]),
        ("standing=exempt", ["赵海涛"]),
        ("standing=sat&leader=yes", []),
        ("q=刘", ["刘春燕"]),
        ("category=mediator", []),
        ("standing=nonsense&sort=nonsense&leader=9", ["王建国", "李晓梅", "赵海涛", "刘春燕"]),
        ("sort=name&desc=1", None),
    ],
)
def test_people_are_filtered_by_standing_and_by_what_they_are(
    hr_desk: Any, exam: Exam, wang: Person, zhao: Person, query: str, names: list[str] | None
) -> None:
    live(exam, wang, History([Try(state=AttemptState.IN_PROGRESS, points=80, ran_out=True)]))
    live(exam, zhao, History(exempt=Decision.APPROVED))
    page = hr_desk.get(f"/bench/completion/{exam.id}/people?{query}")
    assert page.status_code == 200
    found = re.findall(r'<th scope="row">(\S+) <span', page.text)
    if names is not None:
        assert found == names
    else:
        assert len(found) == 4


def test_a_score_that_lost_its_seal_is_not_shown(hr_desk: Any, exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=40)]))
    db.session.execute(db.text("UPDATE result SET passed = true"))
    db.session.commit()
    assert hr_desk.get(f"/bench/completion/{exam.id}/people").status_code == 409


def test_looking_at_people_is_recorded(hr_desk: Any, exam: Exam) -> None:
    hr_desk.get(f"/bench/completion/{exam.id}/people")
    assert cast.count(AuditEvent, action="completion.view_people") == 1


def test_the_liaison_sees_no_points_and_no_other_unit(
    liaison_desk: Any, exam: Exam, wang: Person, li: Person, zhao: Person, villager: Person
) -> None:
    live(exam, wang, History([Try(points=40)]))
    live(exam, li, History(outside=[Outside(points=100)]))
    live(exam, zhao, History([Try(points=20)]))
    for address in (
        "/bench/unit-completion",
        f"/bench/unit-completion?exam={exam.id}&show=needs_resit",
        f"/bench/unit-completion/print?exam={exam.id}",
    ):
        answer = liaison_desk.get(address)
        assert answer.status_code == 200
        shown = without_chrome(answer.text)
        assert "王建国" in shown
        assert "赵海涛" not in shown
        assert "刘春燕" not in shown
        assert "兴城街道" not in shown
        for secret in ("40", "100", "合格", "points", "分数", "分）"):
            assert secret not in shown, (address, secret)


def without_chrome(page: str) -> str:
    """The main part without tokens, addresses and times of day, in which digits mean nothing."""
    main = re.sub(r"\d\d:\d\d", "", page[page.index("<main") : page.index("</main>")])
    return re.sub(r'(value|href|id|for|action)="[^"]*"', "", main)


def test_the_liaisons_words_add_up(liaison_desk: Any, exam: Exam, wang: Person, li: Person) -> None:
    live(exam, wang, History([Try(points=40)]))
    live(exam, li, History([Try(points=80)]))
    page = liaison_desk.get("/bench/unit-completion").text
    assert "需补考 1" in page
    assert "已考 1" in page
    assert "未考 0" in page
    assert "王建国" in page
    assert "王建国" not in liaison_desk.get("/bench/unit-completion?show=done").text


@pytest.mark.parametrize(
    "address",
    ["/bench/completion", "/bench/completion/1/people", "/bench/completion/exports", "/bench/completion/export?exam=1"],
)
def test_liaisons_and_officials_have_no_business_with_hr(
    app: Flask, liaison_desk: Any, wang: Person, address: str
) -> None:
    assert liaison_desk.get(address).status_code == 403
    assert cast.browser(app, wang).get(address).status_code == 403


def test_hr_is_no_liaison(hr_desk: Any) -> None:
    assert hr_desk.get("/bench/unit-completion").status_code == 403


@pytest.mark.parametrize("desk_of", ["hr", "li"])
def test_a_site_without_exams_says_so(app: Flask, request: Any, desk_of: str) -> None:
    desk = cast.browser(app, request.getfixturevalue(desk_of))
    address = "/bench/completion" if desk_of == "hr" else "/bench/unit-completion"
    assert "还没有可以统计的考试" in desk.get(address).text


@pytest.mark.parametrize(
    "query", ["exam=x", "exam=99999999999", "unit=-1", "unit=x", "exam=0", "page=x", "page=99999999", "q=%00%ED%A0%80"]
)
def test_odd_addresses_are_no_faults(hr_desk: Any, liaison_desk: Any, exam: Exam, query: str) -> None:
    for desk, address in (
        (hr_desk, "/bench/completion"),
        (hr_desk, f"/bench/completion/{exam.id}/people"),
        (hr_desk, "/bench/completion/export"),
        (liaison_desk, "/bench/unit-completion"),
    ):
        assert desk.get(f"{address}?{query}").status_code in (200, 404)


@pytest.mark.parametrize(
    ("address", "limit"),
    [("/bench/completion", 12), ("/bench/completion/{}/people", 24), ("/bench/unit-completion", 20)],
)
def test_a_longer_list_asks_no_more_questions(
    app: Flask, exam: Exam, hr: Person, li: Person, unit: Any, address: str, limit: int
) -> None:
    desk = cast.browser(app, li if "unit" in address else hr)
    address = address.format(exam.id)
    desk.get(address)
    with count_queries() as few:
        desk.get(address)
    for number in range(30):
        place = cast.make_unit(parent=unit) if number % 3 == 0 else unit
        person = cast.make_person(unit=place)
        exam_cast.add_candidate(exam, person)
        live(exam, person, History([Try(points=20 * (number % 6))]))
    with count_queries() as many:
        desk.get(address)
    assert len(many.reads) <= len(few.reads) + 2, "an attempt among those shown brings its results, no more"
    assert len(many.reads) <= limit


def test_more_than_sixty_lines_come_in_pages(hr_desk: Any, exam: Exam) -> None:
    for _ in range(62):
        person = cast.make_person()
        exam_cast.add_candidate(exam, person)
    db.session.commit()
    page = hr_desk.get("/bench/completion").text
    assert page.count('<th scope="row"') == 61, "sixty lines and the total"
    assert cells(page, "合计")[0] == "66"
    assert "第 2 页，共 2 页" in hr_desk.get("/bench/completion?page=2").text


def test_a_moved_person_counts_where_the_roster_has_them(
    hr_desk: Any, exam: Exam, wang: Person, other_unit: Any
) -> None:
    wang.unit_id = other_unit.id
    db.session.commit()
    assert cells(hr_desk.get("/bench/completion").text, "经济发展局")[0] == "2"
    assert db.session.query(Candidate).filter_by(person_id=wang.id).one().unit_id != other_unit.id
