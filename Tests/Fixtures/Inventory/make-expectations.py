#!/usr/bin/env python3
"""Writes expected.txt beside every queries.txt: what ansible-core answers.

Run it with the python of an environment that holds ansible-core 2.19 (a development tool only; nothing else needs it):

    python make-expectations.py [CASE...]

A line of queries.txt is a query in the directory of its case:

    -i hosts --list                       arguments of ansible-inventory
    ANSIBLE_HASH_BEHAVIOUR=merge -i ...   the same with a setting
    match web:&eu -i hosts [--limit P]    the hosts that a pattern selects, one a line

expected.txt repeats each query after '$ ', followed by the standard output, or by 'exit N' where it failed.
"""
import os
import pathlib
import shlex
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def answer(words):
    if words[0].startswith("ANSIBLE_"):
        # ansible reads its settings when it is imported: only a new process sees these.
        name, value = words[0].split("=", 1)
        os.environ[name] = value
        os.execv(sys.executable, [sys.executable, __file__, "--answer", *words[1:]])
    if words[0] == "match":
        return match(words[1], words[2:])
    from ansible.cli.inventory import InventoryCLI

    cli = InventoryCLI(["ansible-inventory", *words])
    cli.parse()
    return cli.run()


def match(pattern, words):
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader

    sources = [words[i + 1] for i, word in enumerate(words) if word == "-i"]
    manager = InventoryManager(loader=DataLoader(), sources=sources)
    for i, word in enumerate(words):
        if word == "--limit":
            manager.subset(words[i + 1])
    for host in manager.get_hosts(pattern):
        print(host.name)


def run(query, directory):
    """In a process of its own: ansible keeps its settings in globals."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            os.chdir(directory)
            os.dup2(output.fileno(), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            status = 0
            try:
                status = answer(shlex.split(query)) or 0
            except SystemExit as exit:
                status = exit.code or 0
            except BaseException as error:
                status = getattr(error, "exit_code", None) or getattr(error, "_exit_code", None) or 1
            sys.stdout.flush()
            os._exit(int(status))
        _, status = os.waitpid(child, 0)
        output.seek(0)
        text = output.read().decode()
        code = os.waitstatus_to_exitcode(status)
        return text if code == 0 else f"exit {code}\n"


def main():
    if sys.argv[1:2] == ["--answer"]:
        sys.exit(answer(sys.argv[2:]))
    os.environ.update(ANSIBLE_NOCOLOR="1", LC_ALL="C.UTF-8", ANSIBLE_DEPRECATION_WARNINGS="0")
    os.environ.pop("ANSIBLE_CONFIG", None)
    wanted = sys.argv[1:] or sorted(path.parent.name for path in HERE.glob("*/queries.txt"))
    for case in wanted:
        directory = HERE / case
        lines = (directory / "queries.txt").read_text().splitlines()
        with open(directory / "expected.txt", "w") as expected:
            for query in (line for line in lines if line and not line.startswith("#")):
                text = run(query, directory).replace(str(directory), "@HERE@")
                expected.write(f"$ {query}\n{text}" + ("" if not text or text.endswith("\n") else "\n"))


if __name__ == "__main__":
    if sys.argv[1:2] != ["--answer"]:
        import ansible.cli.inventory  # noqa: F401  imported once, before the forks

    main()
