#!/usr/bin/env python3
"""Writes arguments.json: which arguments ansible-core documents for each module, with type, default, choices and aliases; and
returns.json: which keys of results.

    python make-arguments.py MODULE...       (the python of an environment that holds ansible-core 2.19)

The tests hold our own table (`ModuleSpec`) against it.
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def option(spec):
    kept = {"type": spec.get("type", "str")}
    for key in "default", "choices", "aliases", "required", "elements":
        if spec.get(key) not in (None, [], False) or key == "default" and spec.get(key) is not None:
            kept[key] = spec[key]
    if isinstance(kept.get("choices"), dict):
        kept["choices"] = list(kept["choices"])
    if spec.get("suboptions"):
        kept["suboptions"] = {name: option(sub) for name, sub in sorted(spec["suboptions"].items())}
    return kept


def main():
    doc = pathlib.Path(sys.executable).parent / "ansible-doc"
    answer = subprocess.run([str(doc), "-t", "module", "-j", *sys.argv[1:]], stdout=subprocess.PIPE, check=True).stdout
    modules, returns = {}, {}
    for name, entry in sorted(json.loads(answer).items()):
        options = entry["doc"].get("options", {})
        short = name.rpartition(".")[2]
        modules[short] = {name: option(spec) for name, spec in sorted(options.items())}
        returns[short] = sorted(entry.get("return") or {})
    for file, content in ("arguments", modules), ("returns", returns):
        (HERE / f"{file}.json").write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
