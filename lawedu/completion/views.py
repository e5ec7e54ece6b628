"""Doors of the slice (completion)."""

from flask import Blueprint

bp = Blueprint("completion", __name__)
