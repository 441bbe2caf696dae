"""Writes the text that device profiles are calibrated with: documents of a split of their own, neither trained on nor
held out.

    python models/nano/calibration.py
"""

from __future__ import annotations

from pathlib import Path

from stories import documents

HERE = Path(__file__).parent
DOCUMENTS = 24


def line(text: str) -> str:
    """A document as one line: a backslash is doubled, a line feed written as a backslash and an n."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def main() -> None:
    lines = [line(document.text) for document in documents("calibration", DOCUMENTS, "plain")]
    (HERE / "calibration.txt").write_text("".join(f"{one}\n" for one in lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
