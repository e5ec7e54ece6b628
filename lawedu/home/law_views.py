"""One article (一条法律), with the number of questions that rest on it: that number is why it stands in `home`."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from lawedu import clock
from lawedu.core.errors import NotFound
from lawedu.core.policy import PUBLIC
from lawedu.core.statute_citation import link_citations, read_article
from lawedu.home import law_queries
from lawedu.statutes import queries
from lawedu.web.access import access
from lawedu.web.inputs import asked_day, asked_version

bp = Blueprint("law_articles", __name__)


@bp.get("/laws/<int:instrument_id>/articles/<label>")
@access(PUBLIC)
def show(instrument_id: int, label: str) -> str:
    """What an article says today, or said on the day in `?on=`."""
    instrument = queries.get_instrument(instrument_id)
    wanted = read_article(label)
    if wanted is None:
        raise NotFound
    number, sub, paragraph = wanted
    today = clock.today()
    reading = queries.open_reading(instrument, today, asked_day(), asked_version())
    article = queries.find_article(reading.version.id, number, sub) if reading.version else None
    if article is None and reading.on is None:
        raise NotFound
    names = queries.names()
    return render_template(
        "laws/article.html",
        instrument=instrument,
        reading=reading,
        today=queries.standing_on(instrument, today),
        article=article,
        label=label,
        paragraph=paragraph,
        neighbours=queries.neighbours(article) if article else (None, None),
        kept={name: request.args[name] for name in ("on", "version") if request.args.get(name)},
        questions=law_queries.count_questions_on(instrument.title, article.slug) if article else 0,
        linked=lambda text: link_citations(text, names, instrument.id),
    )
