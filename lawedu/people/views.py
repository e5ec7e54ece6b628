"""Doors of the slice (people)."""

from flask import Blueprint

bp = Blueprint("people", __name__)
