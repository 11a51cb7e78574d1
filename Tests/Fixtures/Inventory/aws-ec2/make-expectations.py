#!/usr/bin/env python3
"""Writes NAME.expected.json beside every NAME.aws_ec2.yml: what the real amazon.aws.aws_ec2 answers for moto's server.

Run it with the python of an environment that holds ansible 12, boto3 and the moto of scripts/moto (development tools only):

    python make-expectations.py

The instances are those of instances.json, made after seeding moto's random numbers, as the tests do it. Times become "TIME".
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

import boto3

HERE = pathlib.Path(__file__).resolve().parent
PORT = 5077
URL = f"http://127.0.0.1:{PORT}"


def main():
    os.environ.update(
        AWS_ENDPOINT_URL=URL, AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_EC2_METADATA_DISABLED="true",
        ANSIBLE_NOCOLOR="1", ANSIBLE_DEPRECATION_WARNINGS="0")
    bin = pathlib.Path(sys.executable).parent
    server = subprocess.Popen([bin / "moto_server", "-H", "127.0.0.1", "-p", str(PORT)], stderr=subprocess.DEVNULL)
    try:
        wait()
        urllib.request.urlopen(f"{URL}/moto-api/seed?a=42").read()
        for call in json.loads((HERE / "instances.json").read_text()):
            parameters = dict(ImageId="ami-12c6146b", ClientToken="token", MinCount=call["count"], MaxCount=call["count"], InstanceType=call["type"])
            tags = [dict(Key=key, Value=value) for key, value in call["tags"].items()]
            if tags:
                parameters["TagSpecifications"] = [dict(ResourceType="instance", Tags=tags)]
            boto3.client("ec2", call["region"]).run_instances(**parameters)
        for config in sorted(HERE.glob("*.aws_ec2.yml")):
            answer = subprocess.run(
                [bin / "ansible-inventory", "-i", config, "--list"], check=True, capture_output=True, text=True)
            text = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", "TIME", answer.stdout)
            (HERE / config.name.replace(".aws_ec2.yml", ".expected.json")).write_text(text)
    finally:
        server.terminate()


def wait():
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{URL}/moto-api/data.json").read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("moto's server does not answer")


if __name__ == "__main__":
    main()
