"""Makes Snapshots/ from Inputs/ with ansible-core's own template engine (a development tool only).

Usage: python snapshots.py [NAME...]   with the Python of an environment that has ansible-core 2.19.
"""

import json
import os
import pathlib
import sys

os.environ["ANSIBLE_JINJA2_EXTENSIONS"] = "jinja2.ext.do,jinja2.ext.loopcontrols"

from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.template import Templar, trust_as_template  # noqa: E402

HERE = pathlib.Path(__file__).parent
SEPARATOR = "\n=====\n"


def trusted(value):
    if isinstance(value, str):
        return trust_as_template(value)
    if isinstance(value, list):
        return [trusted(item) for item in value]
    if isinstance(value, dict):
        return {key: trusted(item) for key, item in value.items()}
    return value


def snapshot(template, context):
    loader = DataLoader()
    loader.set_basedir(str(HERE / "Templates"))
    templar = Templar(loader=loader, variables=trusted(context))
    try:
        return repr(templar.template(trust_as_template(template)))
    except Exception as error:  # the innermost cause says what is wrong
        while error.__cause__:
            error = error.__cause__
        return f"! {error}"


def main(names):
    context = json.loads((HERE / "context.json").read_text())
    for path in sorted((HERE / "Inputs").glob("*.txt")):
        if names and path.stem not in names:
            continue
        cases = path.read_text().removesuffix("\n").split(SEPARATOR)
        results = [snapshot(case, context) for case in cases]
        if path.stem == "errors":  # their snapshots are our own words; ansible only has to fail too
            for case, result in zip(cases, results):
                if not result.startswith("! "):
                    print(f"no error in ansible: {case}")
            continue
        (HERE / "Snapshots" / path.name).write_text(SEPARATOR.join(results) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
