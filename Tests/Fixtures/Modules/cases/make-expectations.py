#!/usr/bin/env python3
"""Writes MODULE.json beside every MODULE.yml: what ansible-core makes of each case.

Run it with the python of an environment that holds ansible-core 2.19 (a development tool only; nothing else needs it), as root:

    python make-expectations.py [MODULE...]

A case of MODULE.yml is run three times: in check mode, for real, and for real again. `ROOT` in arguments and scripts is a
directory of its own, which `setup` (a shell script, run in it) fills, and `ROOT-kept` may hold what one case leaves to the next;
`ADDRESS` is the fleet host's. The JSON holds the three results and the tree below
ROOT after the check and after the run. Cases of files that say `fleet: true` run on a host of `scripts/fleet`:

    FLEET=STATE_DIRECTORY python make-expectations.py user group

What the tests compare is the same on every machine: times, inode numbers, temporary names and the like are left out. Of
`ansible_facts` a file may name what to keep (`pick`: paths of keys).
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FLEET = HERE.parents[3] / "scripts" / "fleet"
ROOTS = "/tmp/swiftible-cases"
ROOT = ROOTS
ADDRESS = ""  # of the fleet's host

CALLBACK = '''
import json, os, subprocess
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "cases"

    def __init__(self):
        super().__init__()
        with open(os.environ["CASES_PLAN"]) as plan: self.plan = json.load(plan)
        self.out = open(os.environ["CASES_OUT"], "w")

    def shell(self, script):
        done = subprocess.run(self.plan["shell"] + [script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.stdout.decode("utf-8", "surrogateescape"), done

    def v2_playbook_on_task_start(self, task, is_conditional):
        number, phase = task.get_name().split(":")
        if phase == "check":
            text, done = self.shell(self.plan["cases"][int(number)]["setup"])
            if done.returncode: raise SystemExit(f"setup of case {number} failed: {done.stderr}")

    def note(self, result, failed=False):
        name = result._task.get_name()
        number, phase = name.split(":")
        found = dict(result._result)
        if failed: found["failed"] = True
        tree = self.shell(self.plan["cases"][int(number)]["tree"])[0] if phase != "again" else None
        self.out.write(json.dumps({"number": int(number), "phase": phase, "result": found, "tree": tree}, default=str) + "\\n")
        self.out.flush()

    def v2_runner_on_ok(self, result): self.note(result)
    def v2_runner_on_skipped(self, result):
        result._result["skipped"] = True
        self.note(result)
    def v2_runner_on_failed(self, result, ignore_errors=False): self.note(result, True)
    def v2_runner_on_unreachable(self, result): self.note(result, True)
'''

VOLATILE = {
    "invocation", "exception", "warnings", "deprecations", "start", "end", "delta", "atime", "mtime", "ctime", "birthtime", "inode",
    "dev", "version", "blocks", "block_size", "device_type", "ansible_facts.discovered_interpreter_python",
}


def cleaned(value, key=None):
    if isinstance(value, dict):
        value = {
            clean_text(k): cleaned(shown(v) if k == "diff" else v, k) for k, v in value.items()
            if k not in VOLATILE and not k.startswith("_ansible") and k != "discovered_interpreter_python"
        }
        return {k: v for k, v in value.items() if k != "diff" or v}
    if isinstance(value, list):
        return [cleaned(v) for v in value]
    if isinstance(value, str):
        return clean_text(value)
    return value


def clean_text(text):
    text = re.sub(r"\.[0-9]+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~", ".BACKUP~", text)
    text = re.sub(r"/[^ ']*/ansible-tmp-[^/]*/", "TEMPORARY/", text)
    text = re.sub(r"/[^ ']*/ansible-local-[^/]*/[^ ']*", "TEMPORARY", text)
    return text.replace(ROOT, "ROOT").replace(ADDRESS, "ADDRESS") if ADDRESS else text.replace(ROOT, "ROOT")


def shown(diff):
    """The differences that a screen would show."""
    entries = [e for e in (diff if isinstance(diff, list) else [diff]) if isinstance(e, dict)]
    return [e for e in entries if e.get("before") != e.get("after") or "prepared" in e]


def picked(facts, paths):
    """The facts that stand at the paths."""
    kept = {}
    for path in paths:
        source, target = facts, kept
        for key in path[:-1]:
            source = source.get(key, {})
        if path[-1] not in source:
            continue
        for key in path[:-1]:
            target = target.setdefault(key, {})
        target[path[-1]] = source[path[-1]]
    return kept


def in_root(value):
    if isinstance(value, str):
        return value.replace("ROOT", ROOT).replace("ADDRESS", ADDRESS)
    if isinstance(value, list):
        return [in_root(v) for v in value]
    if isinstance(value, dict):
        return {k: in_root(v) for k, v in value.items()}
    return value


def expectations(path):
    import yaml

    global ROOT, ADDRESS
    ROOT = f"{ROOTS}/{path.stem}"
    document = yaml.safe_load(path.read_text())
    tree = (HERE / "tree.sh").read_text()
    fleet = document.get("fleet", False)
    shell = ["sh", "-c"]
    inventory = ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}"]
    if fleet:
        state = os.environ["FLEET"]
        ADDRESS = (pathlib.Path(state) / "hosts/host1/address").read_text().strip()
        shell = [str(FLEET), "run", "host1", "--state", state, "sh", "-c"]
        inventory = ["-i", f"{state}/inventory", "--limit", "host1", "-e", "ansible_user=root"]
    plan = {"shell": shell, "cases": []}
    tasks = []
    for number, case in enumerate(document["cases"]):
        setup = in_root(document.get("setup", "") + "\n" + case.get("setup", ""))
        plan["cases"].append({
            "setup": f"umask 022; chattr -R -i {ROOT} 2>/dev/null; rm -rf {ROOT}; mkdir -p {ROOT}; cd {ROOT} || exit; set -e\n{setup}",
            "tree": f"cd {ROOT} || exit\n{in_root(document['tree']) if 'tree' in document else tree}",
        })
        module = case.get("module", document.get("module", path.stem))
        for phase in ("check", "run", "again"):
            tasks.append({
                "name": f"{number}:{phase}", module: in_root(case.get("args")), "diff": True, "check_mode": phase == "check",
                "ignore_errors": True, "environment": in_root(case.get("environment", {})),
            })
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "cases.py").write_text(CALLBACK)
        (work / "plan.json").write_text(json.dumps(plan))
        (work / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        environment = dict(
            os.environ, ANSIBLE_CALLBACK_PLUGINS=str(work), ANSIBLE_STDOUT_CALLBACK="cases", CASES_PLAN=str(work / "plan.json"),
            CASES_OUT=str(work / "out.jsonl"), LC_ALL="C.UTF-8", ANSIBLE_PIPELINING="1", ANSIBLE_HOST_KEY_CHECKING="False",
            ANSIBLE_LOCALHOST_WARNING="0", ANSIBLE_DEPRECATION_WARNINGS="0")
        environment.pop("ANSIBLE_CONFIG", None)
        binary = pathlib.Path(sys.executable).parent / "ansible-playbook"
        done = subprocess.run([str(binary), *inventory, str(work / "play.yml")], env=environment, cwd="/", umask=0o022)
        lines = [json.loads(line) for line in (work / "out.jsonl").read_text().splitlines()]
    results = []
    for number, case in enumerate(document["cases"]):
        entry = {"name": case["name"]}
        for line in lines:
            if line["number"] != number:
                continue
            if "pick" in document and "ansible_facts" in line["result"]:
                line["result"]["ansible_facts"] = picked(line["result"]["ansible_facts"], document["pick"])
                if not line["result"]["ansible_facts"]:
                    del line["result"]["ansible_facts"]
            entry[line["phase"]] = {k: v for k, v in cleaned(line["result"]).items() if k in document.get("compare", [k])}
            if line["tree"] is not None:
                entry[line["phase"] + "_tree"] = clean_text(line["tree"]).splitlines()
        # What the check says is usually what the run says: only a difference is worth a line.
        for name, other in ("check", "run"), ("again", "run"), ("check_tree", "run_tree"):
            if name in entry and entry[name] == entry.get(other):
                del entry[name]
        results.append(entry)
    if done.returncode:
        print(f"{path.stem}: ansible-playbook ended with {done.returncode}", file=sys.stderr)
    return results


def main():
    wanted = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.yml"))
    for name in wanted:
        results = expectations(HERE / f"{name}.yml")
        text = json.dumps(results, indent=1, ensure_ascii=True, sort_keys=True)
        (HERE / f"{name}.json").write_text(text + "\n")
        print(f"{name}: {len(results)} cases")


if __name__ == "__main__":
    main()
