"""Starts an instance for each list of tags on standard input: start-instances.py ENDPOINT. Run with moto's python, which has boto3."""
import json
import sys

import boto3

ec2 = boto3.client(
    "ec2", region_name="us-east-1", endpoint_url=sys.argv[1], aws_access_key_id="testing", aws_secret_access_key="testing")
for tags in json.load(sys.stdin):
    tags = [{"Key": key, "Value": value} for key, value in tags.items()]
    ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, TagSpecifications=[{"ResourceType": "instance", "Tags": tags}])
