"""Writes what ansible-core 2.19 makes of every template in Inputs/ to Snapshots/: a value as JSON, or "!" and the innermost
message of the error. A template stands on one line: ␤ is a line break in it, ␉ a tab. For development; run it with a Python that has these packages from PyPI:

    pip install ansible==12.3.0 netaddr==1.3.0 jmespath==1.1.0 passlib==1.7.4 bcrypt==4.0.1
    python make-snapshots.py [NAME...]
"""

import datetime
import json
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
WORLD = HERE / "world"
os.environ.update(ANSIBLE_DEPRECATION_WARNINGS="0", TZ="UTC", ANSIBLE_SYSTEM_WARNINGS="0", SWIFTIBLE_FIXTURE="{{ 1 + 1 }}")
os.chdir(WORLD)

from ansible import constants  # noqa: E402
from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.parsing.vault import VaultSecret  # noqa: E402
from ansible.plugins.loader import init_plugin_loader  # noqa: E402
from ansible.template import Templar, trust_as_template  # noqa: E402


def innermost(error):
    seen = set()
    while True:
        cause = error.__cause__ or error.__context__
        if cause is None or id(cause) in seen:
            break
        seen.add(id(cause))
        error = cause
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return " ".join(str(text).replace(str(WORLD), "/world").split())


def as_text(value):
    """Dates as ansible's own output shows them."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def main():
    init_plugin_loader([part for part in sys.path if (pathlib.Path(part) / "ansible_collections").is_dir()])
    names = sys.argv[1:] or sorted(path.stem for path in (HERE / "Inputs").glob("*.txt"))
    for name in names:
        lines = []
        for line in (HERE / "Inputs" / f"{name}.txt").read_text().splitlines():
            if not line or line.startswith(("== ", "# ")):
                if line.startswith("== "):
                    lines.append(line)
                continue
            loader = DataLoader()
            loader.set_basedir(str(WORLD))
            loader.set_vault_secrets([("default", VaultSecret(b"open sesame"))])
            variables = loader.load_from_file(str(WORLD / "variables.yml"), trusted_as_template=True)
            variables.update(
                world=str(WORLD), ansible_search_path=[str(WORLD)], playbook_dir=str(WORLD), inventory_hostname="web1",
                groups={"all": ["web1", "web2", "db1"], "ungrouped": [], "web": ["web1", "web2"], "db": ["db1"]},
            )
            lines.append(line)
            try:
                value = Templar(loader=loader, variables=variables).template(trust_as_template(line.replace("␤", "\n").replace("␉", "\t")))
                text = json.dumps(value, ensure_ascii=False, default=as_text).replace(str(WORLD), "/world")
                lines.append("  " + re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text))
            except Exception as error:
                lines.append(f"  ! {innermost(error)}")
        (HERE / "Snapshots" / f"{name}.txt").write_text("\n".join(lines) + "\n")


main()
