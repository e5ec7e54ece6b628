"""Doors of the slice (exams)."""

from flask import Blueprint

bp = Blueprint("exams", __name__)
