"""WSGI entry (应用入口): `app = create_app()`."""

from lawedu.application import create_app

app = create_app()
