"""Writes diffs.json: what Python's difflib makes of pairs of texts. Run it with any Python 3."""

import difflib
import json
import pathlib
import random

random.seed(7)


def lines(text):
    result = text.splitlines(True)
    if result and not result[-1].endswith("\n"):
        result[-1] += "\n\\ No newline at end of file\n"
    return result


def case(before, after, context=3):
    diff = difflib.unified_diff(lines(before), lines(after), "before", "after", n=context)
    return {"before": before, "after": after, "context": context, "diff": "".join(diff)}


def text(letters, count):
    return "".join(random.choice(letters) + "\n" for _ in range(count))


def edited(source):
    result = source.splitlines(True)
    for _ in range(random.randrange(1, 6)):
        place = random.randrange(len(result) + 1)
        kind = random.randrange(3)
        if kind == 0:
            result.insert(place, random.choice("abcxyz") + "\n")
        elif result and kind == 1:
            del result[place % len(result)]
        elif result:
            result[place % len(result)] = "new\n"
    return "".join(result)


cases = [
    case(*pair)
    for pair in [
        ("", ""), ("a\n", "a\n"), ("", "a\n"), ("a\n", ""), ("a", "a\n"), ("a\n", "a"), ("a", "b"), ("a\r\nb\r\n", "a\nb\n"),
        ("a\rb\x0bc\x85d\u2028e", "a\rb\x0bc\x85d\u2028f"), ("é\n", "e\u0301\n"), ("\n\n\n", "\n\n"),
    ]
]
for size, letters in [(8, "ab"), (30, "abcdef"), (60, "abcdefghijklmnop")]:
    for context in (0, 1, 3):
        for _ in range(8):
            before = text(letters, size)
            cases.append(case(before, edited(before), context))
for _ in range(4):
    # From 200 lines on difflib ignores frequent lines.
    before = text("abc", 120) + "".join(f"line {n}\n" for n in range(150))
    cases.append(case(before, edited(edited(before))))
path = pathlib.Path(__file__).parent / "diffs.json"
path.write_text("[\n" + ",\n".join("  " + json.dumps(c) for c in cases) + "\n]\n")
