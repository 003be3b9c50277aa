package io.waybill.plan;

import java.util.List;

/** Plans that are right, one for each shape of the language. */
final class Samples {
    static final String ROWS = """
            waybill: 1
            name: s9-to-aws
            namespace: s9
            vars:
              owner: { type: int, default: 7 }
              since: { type: date, default: 2024-01-01 }
              rate: { type: decimal, default: "1.50" }
              flag: true
            stores:
              s9: { type: postgresql, host: h, database: d, user: u, password: "${env.DB_PASSWORD}" }
              aws: dynamodb://us-east-1
            limits: { batch: 25, retries: 3 }
            on_error: stop
            verify: end
            moves:
              - name: buyers
                from: s9:buyers
                to: aws:BuyersTable-dev
                key: [buyer_no]
                exclusive: true
                where: row.created_date >= vars.since
                row:
                  only:
                    buyerId: ${id('buyer', row.buyer_no)}
                    name: ${trim(row.full_name)}
                    email?: ${lower(row.email)}
                    createdAt: ${timestamp(row.created_date, 'UTC')}
                    place: { city: "${row.city}", zip: 0x10, list: [1, "a", 1.50, ~, True], "${vars.owner}": {} }
                    batch: ${batch.id}
                    started: ${run.started}
                    code: "007"
                    text: "${row.a}-${row.b}"
                    literal: $${x}
              - name: sales
                after: buyers
                from: s9:sales
                to: aws:SalesTable-dev
                verify: batch
                row:
                  set:
                    amount: ${decimal(row.amount)}
                    /place/City?: ${row.city}
                  drop: [legacy_flags, /place/Zip]
            """;

    static final String SHORT = """
            {"waybill": 1, "name": "json", "stores": {"disk": "./data"}, "moves": [{"from": "disk:a/", "to": "disk:b/"}]}
            """;

    static final String EVERYTHING = """
            waybill: 1
            name: everything
            namespace: ids
            vars: { a: x, b: 2, c: 1.50, d: { type: bool, default: false } }
            stores:
              disk: ./data
              s3: { type: s3, bucket: "${env.BUCKET}", timeout: 1m, path_style: true }
            ledger: ./ledger.db
            images: ./images
            exists: replace
            verify: read
            on_error: continue
            source: keep
            limits: { parallel: 4, bytes_per_second: 10 MiB, requests_per_second: 5, retries: 0, memory: 1GB, batch: 9, timeout: 90s }
            moves:
              - name: one
                from: [disk:a/, "disk:b/**/*.csv", disk:c.txt]
                to: s3:x/${file.below}
                where: file.size > mb(10) && file.modified > timestamp('2024-01-01T00:00:00Z')
                group: file.ext
              - from: disk:d/
                to: s3:y/
                after: [one]
                exists: fail
                verify: off
                source: delete
                limits: { retries: 2 }
            """;

    static final List<String> ALL = List.of(FilePlanTest.RESEARCH, ROWS, SHORT, EVERYTHING);

    private Samples() {}
}
