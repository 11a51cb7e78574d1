"""Writes the expectations of PyYAML and Python's json beside this script. Run it with a Python that has PyYAML >= 6:

    python make-fixtures.py
"""

import datetime
import json
import pathlib

import yaml

HERE = pathlib.Path(__file__).parent


def plain(value):
    """A value in JSON's terms, with a tag where JSON has none: keys and doubles keep their types."""
    if isinstance(value, dict):
        return {"map": [[plain(k), plain(v)] for k, v in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"list": sorted(plain(v) for v in value)}
    if isinstance(value, (list, tuple)):
        return {"list": [plain(v) for v in value]}
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, (datetime.date, datetime.time)):
        return {"time": [value.isoformat(), repr(value)]}
    if isinstance(value, float):
        return {"double": repr(value)}
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise OverflowError
    return value


class Loader(yaml.CSafeLoader):
    """The texts `<<` and `=` are no errors."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":value")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_constructor("tag:yaml.org,2002:merge", lambda loader, node: node.value)


def expectation(text):
    try:
        return {"value": plain(yaml.load(text, Loader))}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return {"error": error.problem, "line": mark.line + 1, "column": mark.column + 1}
    except (yaml.YAMLError, ValueError, KeyError, OverflowError, TypeError, AttributeError) as error:
        return {"error": type(error).__name__}


SCALARS = """
yes Yes YES yES no No NO true True TRUE tRUE false False FALSE on On ON off Off OFF y n Y N t f
null Null NULL nULL ~ ~~ none None
0 1 -1 +1 12 -12 +12 00 01 07 08 0644 0o644 -0644 +017 0_7 0_ 0__ 0b101 -0b101 0b 0b_ 0b2 0B1 0x1F 0xff -0xFF 0x 0x_ 0xg 0X1F
1_000 1__0 _1 1_ -_1 +_ + - -- 1-2 1+2 1 2:3 1:2 1:59 1:60 1:9:9 1:99 01:20 0:20 -1:20 +1:20 190:20:30 1:2: :1:2 1::2 1_0:20
9223372036854775807 -9223372036854775808 9223372036854775808 -9223372036854775809 12345678901234567890123
1. 1.0 -1.5 +1.5 .5 -.5 +.5 . .. 1.e1 1.e+1 1.5e3 1.5e+3 1.5E-3 1e3 1e+3 1_0.5 1._5 1.5_ ._5 .5_ 0.1 00.5 1.5e+ 1.5e+_
1:20.5 0:20.5 -1:20.5 1:60.5 1:2:3.25 1:2.5e+3 1.2.3 1.2:3
.inf .Inf .INF .iNF -.inf +.inf -.INF .nan .NaN .NAN -.nan .Nan +.nan inf nan
2001-01-02 2001-1-2 2001-01-02T03:04:05Z 2001-02-29 2000-02-29 2001-13-01 0000-01-01 0001-01-01 2001-1-2T3:04:05 2001-1-2t3:4:05
2001-01-02T03:04:05.1234567-07:30 2001-01-02T03:04:05.+5 2001-01-02T03:04:05.000 2001-01-02T03:04:05-00:00 2001-01-02T03:04:05+23:59
2001-01-02T03:04:05+24 2001-01-02T24:04:05 2001-01-02T03:60:05 2001-01-02T03:04:60 2001-01-02x 2001-01-02T 2001-01-02T03:04 2001-1-2T 12001-01-02
2001-01-02T03:04:05z 2001-01-02T03:04:05+1:2 03:04:05 = << <<< . e1 e+1 1,000 1.000,5 0x1.8 1e400 1.0e+400 1.0e-400 5.0e-324
""".split()

TEXTS = [
    "", "#x", "---", "--- \n...\n", "a", "a b", "'a'", '"a"', "a: 1", "a:", "a: ''", "- 1\n- 2", "[]", "{}", "[a, b]",
    "{a: 1, b: }", "{a, b}", "a: [1, {b: 2}]", "a:\n- b\n- c", "a:\n  - b", "a:\n  b:\n    c: d", "? a\n: b", "? a",
    "1: a\n0x1: b", "true: a", "null: a", "1.5: a", "~: a", "'1': a", "a: 1\na: 2", "a: b # c", "a: b#c", "a: 'b # c'",
    "a: |\n  x\n  y\n", "a: |-\n  x\n  y\n", "a: |+\n  x\n\n\nb: 1", "a: >\n  x\n  y\n\n  z\n", "a: >-\n  x\n   y\n  z\n",
    "a: |2\n   x\n", "a: 'it''s'", 'a: "x\\ny\\t\\u00e9\\x41\\U0001F600"', "a: \"x\\\n  y\"", "a: x\n  y\n  z", "a: 'x\n  y'",
    'a: "\\0"', "a: é", "a: 日本", "é: 1", "a: \U0001F600", "\ufeffa: 1", "a: \"{{ x }}\"", "a: '{{ x }}'", "a: x {{ y }}",
    "b: &x {a: 1}\nc: *x", "b: &x {a: 1, z: 3}\nc:\n  <<: *x\n  a: 2", "<<: [{a: 1}, {a: 2, b: 3}]\nb: 9",
    "<<: {a: 1}\n<<: {b: 1}", "'<<': {a: 1}", "a: <<", "x: &a\n  k: 1\ny: &b\n  <<: *a\n  l: 2\nz:\n  <<: *b\n  m: 3",
    "- &a 1\n- *a", "- &a [1]\n- *a", "&a a: *a", "<<: {<<: {a: 1}, b: 2}", "c: 1\n<<: {a: 1, c: 3}\nb: 2",
    "!!str 5", "!!str", "! 12", "a: !", "!!int '5'", "!!int '0x1F'", "!!int 0b11", "!!int 0o7x", "!!float 12", "!!float '1.5'",
    "!!float 1_0", "!!bool Yes", "!!bool 'off'", "!!null x", "!!seq [a]", "!!map {a: b}", "!!set {a, b}", "!!omap [a: 1, b: 2]",
    "!!pairs [a: 1, a: 2]", "!!binary aGk=", "!!binary |\n  aGVs\n  bG8=", "!!timestamp 2001-01-02", "!!timestamp '2001-01-02'", "!!timestamp x",
    "a: 2001-01-02 03:04:05\nb: [2001-01-02 \t 03:04:05.5 -3, '2001-01-02']\nc: 2001-01-02 03:04:05 +02:00", "a: 2001-02-30", "!!str 2001-01-02",
    "- - a\n  - b\n- c", "-\n  a: 1", "- a: 1\n  b: 2\n- c: 3", "a: {b: c}", "{a: [b, c], d: e}", "[a, [b, [c]]]", "a: ,b",
    "a: b, c", "[a: 1, b: 2]", "a: http://x/y?z=1#f", "a: c:\\d", "- a:b", "a: -1", "a: - 1", "a: --x", "a: -x",
    "a: x: y", "%YAML 1.1\n---\na: yes", "%YAML 1.2\n---\na: yes", "%TAG ! tag:x,2000:\n---\na: 1", "--- a", "--- |\n x\n", "a: 1\n...\n",
    # Errors
    "a: b: c", "[a", "{a: b", "a: 'x", 'a: "x', 'a: "\\q"', "- a\nb: c", "a: b\n- c", "a: *z", "\ta: 1", "a:\n\t- b", "@a",
    "`a", "%a", "a: @b", "a: `b", "a: %b", "a: &x", "!foo x", "!<x> y", "? [a]\n: b", "{{ x }}: 1", "a: {{ x }}", "a\x00b", "a: \x07",
    "- a\n---\n- b", "<<: 5", "<<: [5]", "!!map [a]", "!!seq {a: b}", "!!int x", "!!bool x", "!!float x", "!!python/object:os.system x",
    "!!python/object/apply:os.system [ls]", "!!python/name:os.system", "a: |\n  x\n y", "a: \"\\ud800\"", "a: ]", "a: }", "a: 'b' c",
    'a: "b" c', "a\nb: 1", "a: 1\n b: 2", "  a: 1\nb: 2", "a: |x\n", "key: [a, b\nother: c", "- name: x\n  copy: src=a\n    dest: b",
    "a: !!binary x", "a: - b", "? a\n? b", "a: \"b\n", "--- a\n--- b", "a: b\n  c: d", "\u2028a: 1", "a:b\nc: d", "a: [1, 2]]",
]


def scalar_cases():
    return [{"text": text, **expectation(text)} for text in SCALARS]


JSON_TEXTS = [
    "1", "-1", "0", "-0", "1.5", "1e3", "1E-3", "-1.5e+3", "01", "1.", ".5", "+1", "1e400", "NaN", "Infinity", "-Infinity", "nan",
    "9223372036854775807", "-9223372036854775808", "true", "false", "null", "True", '""', '"a"', '"\\n\\t\\u00e9\\ud83d\\ude00"',
    '"\\x"', '"\\u12"', '"a', '"a\nb"', "[]", "[ ]", "[1, 2]", "[1,]", "[1", "[1 2]", "{}", "{ }", '{"a": 1}', '{"a" 1}', "{a: 1}",
    '{"a": 1,}', '{"a": 1, "a": 2}', '{"a": {"b": [1, {"c": null}]}}', '{1: 2}', "", " ", "1 2", "[1]\n x", '{"a":\n  tru}', '"é"', '"\U0001F600"',
    "\t[1\r\n,2]\n", "-", "[-]", '{"b": 1, "a": 2}', "'a'", '{"a"}',
]


def json_expectation(text):
    try:
        return {"value": plain(json.loads(text))}
    except json.JSONDecodeError as error:
        return {"error": str(error)}


DUMPS = [
    None, True, False, 0, -5, 1.5, 1e16, 1e15, 123456789012345680.0, 1e-5, 0.0001, 1e22, 5e-324, 1.7976931348623157e308, -0.0, 0.1, 100.0,
    12345678.9, "", "a", "é", "日本", "\U0001F600", "a\nb\t\"\\/\x07\x7f\u2028", [], {}, [[]], [{}], {"a": []}, [1, [2, [3]]],
    {"b": 1, "a": {"d": None, "c": [True, "x"]}}, {"é": "ü"}, [1, 2.0, "3"],
]


def dump_cases():
    options = [
        {}, {"indent": 4, "sort_keys": True, "separators": [",", ": "]}, {"indent": 2, "ensure_ascii": False}, {"separators": [",", ":"]},
        {"indent": 0}, {"sort_keys": True, "ensure_ascii": False},
    ]
    return [
        {"value": plain(value), "options": option, "json": json.dumps(value, **option)} for option in options for value in DUMPS
    ]


DAY = datetime.date(2001, 12, 14)
MOMENT = datetime.datetime(2001, 12, 14, 21, 59, 43, 100000, datetime.timezone(datetime.timedelta(hours=-5)))

YAML_DUMPS = DUMPS + [
    DAY, MOMENT, {"day": DAY, "moment": MOMENT, "local": MOMENT.replace(tzinfo=None)}, [DAY, [MOMENT]],
    "yes", "no", "null", "~", "1", "1.5", "0644", "0x1F", "1:20", "2001-01-02", "2001-1-2 3:04:05", "2001-1-2", "<<", "=", "!", "&", "*", "a: b", "a:b",
    "# x", "a # b", "a#b", "- a", "-a", "-", "? a", "?", "{a", "[a", "a, b", "@a", "`a", "%a", "!a", "&a", "*a", "'a'", '"a"', "it's", " a", "a ", "a\n",
    "\na", "a\nb\n", "a\n\nb", "  a\n  b\n", "a\tb", "\ta", "a\\b", "a\r\nb", "...", "---", "--- a", "key: |", "{{ x }}", "a {{ x }}", "|", ">", ":", "a:",
    "x" * 100, " ".join(["word"] * 40), " ".join(["it's"] * 40), "a: " + " ".join(["word"] * 40), "\n".join(["line " * 30] * 3), "é" * 90, "a \n b", "a\x1bb",
    float("inf"), float("-inf"), float("nan"), {"a": [1, 2], "b": {"c": "d"}}, {"list": [{"a": 1, "b": [1, 2]}, {"c": None}], "empty": [], "none": {}},
    [[1, 2], [3, [4, 5]], {"a": [6]}], {"b": 1, "a": 2, "C": 3, "é": 4, "aa": 5}, {1: "a", "b": 2}, {2: "a", 1: "b"}, {True: 1, None: 2}, {"long " * 30: 1},
    {"k" * 130: "v"}, {"multi\nline": "x"}, {"": ""}, {"text": "line one\nline two\n", "tabs": "a\tb\nc ", "end": "x"}, list(range(60)), {"a": "x" * 90, "b": "y z " * 30},
    {"yes": "no", "1": "2"}, [None, True, 1.0, "a"], [[], {}, [[]]], ["- a", "b: c"], {"a": {"b": {"c": {"d": [1, {"e": "f"}]}}}}, {"l": ["multi\nline", "b"]},
]


def yaml_dump_cases():
    options = [
        {}, {"indent": 4, "default_flow_style": False}, {"default_flow_style": True}, {"width": 40, "default_flow_style": False},
        {"sort_keys": False, "explicit_start": True, "explicit_end": True}, {"allow_unicode": False, "default_flow_style": False},
    ]
    return [
        {"value": plain(value), "options": option, "yaml": yaml.dump(value, Dumper=yaml.CSafeDumper, **{"default_flow_style": None, "allow_unicode": True, **option})}
        for option in options
        for value in YAML_DUMPS
    ]


def write(name, cases):
    lines = ",\n".join("  " + json.dumps(case, ensure_ascii=True) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


write("yaml-scalars.json", scalar_cases())
write("yaml-texts.json", [{"text": text, **expectation(text)} for text in TEXTS])
write("json-texts.json", [{"text": text, **json_expectation(text)} for text in JSON_TEXTS])
write("json-dumps.json", dump_cases())
write("yaml-dumps.json", yaml_dump_cases())
