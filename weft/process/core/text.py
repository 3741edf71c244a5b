"""Text broken into lines by an estimate of its width, for drawings made where no font is at hand."""

from __future__ import annotations

MAX_TEXT = 400
_NARROW = frozenset("iljtfrI.,:;'|!()[]-’ ")
_WIDE = frozenset("mwMWQOG@%—")


def width_of(text: str, *, size: float) -> float:
    """About how wide the text is in a common sans-serif of this size."""
    ems = 0.0
    for letter in text:
        if letter in _NARROW:
            ems += 0.34
        elif letter in _WIDE:
            ems += 0.86
        elif letter.isupper() or ord(letter) > 0x2E80:
            ems += 0.68
        else:
            ems += 0.57
    return ems * size


def wrapped(text: str, *, width: float, size: float, lines: int) -> list[str]:
    """The text in at most so many lines of at most this width; what does not fit ends in an ellipsis."""
    found: list[str] = []
    line = ""
    for word in _pieces(text[:MAX_TEXT], width=width, size=size):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size=size) <= width or not line:
            line = longer
        else:
            found.append(line)
            line = word
    if line:
        found.append(line)
    if len(found) <= lines:
        return found
    kept = found[:lines]
    last = kept[-1]
    while last and width_of(last + "…", size=size) > width:
        last = last[:-1]
    return [*kept[:-1], last.rstrip() + "…"]


def _pieces(text: str, *, width: float, size: float) -> list[str]:
    """The words, those that are wider than a line broken by a hyphen; a French "?" stays with its word."""
    words: list[str] = []
    for word in text.split():
        if word in ("?", "!", ":", ";", "»") and words:
            words[-1] += f"\u00a0{word}"
            continue
        while width_of(word, size=size) > width and len(word) > 4:
            cut = len(word) - 1
            while cut > 2 and width_of(word[:cut] + "-", size=size) > width:
                cut -= 1
            words.append(word[:cut] + "-")
            word = word[cut:]
        words.append(word)
    return words
