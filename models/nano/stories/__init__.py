"""A seeded generator of short English stories and of chats about them, with exact entropy."""

from .corpus import Document, document, documents

__all__ = ["Document", "document", "documents"]
