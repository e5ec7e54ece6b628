"""Assembly (组装): the one module that knows all parts."""

from __future__ import annotations

import mimetypes
from typing import Any

import structlog
from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import ROOT, settings
from lawedu import wording
from lawedu.attempts import commands as attempts_commands
from lawedu.attempts import handlers as attempts_handlers
from lawedu.attempts import monitor_views, outside_views, outside_wording, trial_views
from lawedu.attempts import roster_handlers as attempts_roster_handlers
from lawedu.attempts import views as attempts_views
from lawedu.attempts import wording as attempts_wording
from lawedu.audit import commands as audit_commands
from lawedu.audit import wording as audit_wording
from lawedu.completion import unit_views as unit_completion_views
from lawedu.completion import views as completion_views
from lawedu.completion import wording as completion_wording
from lawedu.db import db
from lawedu.exams import audience_views, exemption_views, roster_admin_views, roster_views, roster_wording
from lawedu.exams import commands as exams_commands
from lawedu.exams import views as exams_views
from lawedu.exams import wording as exams_wording
from lawedu.home import commands as home_commands
from lawedu.home import context_views, law_views
from lawedu.home import views as home_views
from lawedu.people import account_views, factor_reset_views, factor_views, role_views, slip_views
from lawedu.people import commands as people_commands
from lawedu.people import roster_commands as people_roster_commands
from lawedu.people import roster_views as people_roster_views
from lawedu.people import views as people_views
from lawedu.people import wording as people_wording
from lawedu.questions import bench_views, editor_views, export_views, flag_views, import_views, review_views
from lawedu.questions import commands as questions_commands
from lawedu.questions import handlers as questions_handlers
from lawedu.questions import import_commands as questions_import_commands
from lawedu.questions import import_wording as questions_import_wording
from lawedu.questions import law_commands as questions_law_commands
from lawedu.questions import wording as questions_wording
from lawedu.statutes import commands as statutes_commands
from lawedu.statutes import must_know_views
from lawedu.statutes import views as statutes_views
from lawedu.statutes import wording as statutes_wording
from lawedu.web import access, commands, errors, headers, health, logs, moments
from lawedu.web.numbers import RowNumber

BLUEPRINTS = (
    health.bp,
    people_views.bp,
    factor_views.bp,
    factor_reset_views.bp,
    people_roster_views.bp,
    role_views.bp,
    slip_views.bp,
    account_views.bp,
    bench_views.bp,
    editor_views.bp,
    review_views.bp,
    flag_views.bp,
    export_views.bp,
    import_views.bp,
    exams_views.bp,
    audience_views.bp,
    roster_views.bp,
    roster_admin_views.bp,
    exemption_views.bp,
    attempts_views.bp,
    trial_views.bp,
    monitor_views.bp,
    outside_views.bp,
    completion_views.bp,
    unit_completion_views.bp,
    statutes_views.bp,
    must_know_views.bp,
    law_views.bp,
    home_views.bp,
)
COMMANDS = (
    home_commands.demo_command,
    home_commands.doctor_command,
    audit_commands.audit,
    attempts_commands.attempts,
    attempts_commands.scores,
    attempts_commands.receipts_group,
    commands.door_commands,
    people_commands.people,
    statutes_commands.statutes,
    questions_commands.bank,
    questions_import_commands.questions,
    exams_commands.exams,
)
WORDS = (
    audit_wording,
    attempts_wording,
    outside_wording,
    completion_wording,
    roster_wording,
    people_wording,
    statutes_wording,
    questions_wording,
    questions_import_wording,
    exams_wording,
)  # imported for the labels they register
# Imported for the commands and answers they add.
HANDLERS = (questions_handlers, people_roster_commands, attempts_handlers, attempts_roster_handlers)


def create_app(**changes: Any) -> Flask:
    """The application, ready to serve. `changes` override settings (tests use it).

    Raises BadConfiguration on weak ground and UndeclaredDoor on an endpoint without a permission.
    """
    app = Flask(
        "lawedu",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "lawedu/static"),
        root_path=str(ROOT / "lawedu"),
    )
    app.config.from_mapping(settings(**changes))
    app.url_map.converters["int"] = RowNumber
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["label"] = wording.label
    logs.init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    errors.init_app(app)
    access.init_app(app)
    headers.init_app(app)
    moments.init_app(app)
    app.context_processor(context_views.everywhere)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    # It asks the bank, which the library does not know: a verb of the library in the hands of the later slice.
    statutes_commands.statutes.add_command(questions_law_commands.check)
    access.check_doors(app)
    _serve_behind(app)
    structlog.get_logger("lawedu").info("assembled", environment=app.config["ENVIRONMENT"])
    return app


def _serve_behind(app: Flask) -> None:
    """Static files by whitenoise; forwarded headers only from the configured proxy."""
    mimetypes.add_type("text/javascript", ".js")
    if app.config["TRUSTED_PROXY"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    static = ROOT / "lawedu/static"
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(static), prefix="/static/", autorefresh=app.debug)  # type: ignore[method-assign]
