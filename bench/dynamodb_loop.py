"""What one writes by hand: rows from a CSV on standard input, each put by boto3's batch writer. ENDPOINT TABLE."""

import csv
import sys
from decimal import Decimal

import boto3

endpoint, name = sys.argv[1:]
table = boto3.resource("dynamodb", endpoint_url=endpoint).Table(name)
numbers = {"id", "total", "weight"}
with table.batch_writer() as batch:
    for row in csv.DictReader(sys.stdin):
        item = {}
        for column, text in row.items():
            if column in numbers:
                item[column] = Decimal(text)
            elif column == "paid":
                item[column] = text == "t"
            elif column == "photo":
                item[column] = bytes.fromhex(text[2:])
            else:
                item[column] = text if text else None
        batch.put_item(Item=item)
