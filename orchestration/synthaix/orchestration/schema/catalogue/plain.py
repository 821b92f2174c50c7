"""What fits any subject: ids, times, flags, counts."""

from synthaix.orchestration.schema.catalogue.kind import choice, entry, number

ID = (
    entry("id.number", "integer", "A number that counts the rows.",
          "id, row id, user id, customer id, record id, client id, number id, primary key, index, row number, "
          "sequence, pk, serial, serial id, member id, author id, post id, comment id, review id, ticket id, event "
          "id, message id, person id, company id, doctor id, teacher id, course key, category id, vendor id, "
          "supplier id, store id, department id, team id, owner id, parent id, ~key, ~no", [1, 2],
          distribution={"name": "sequence", "start": 1, "step": 1}, unique=True),
    entry("id.uuid", "uuid", "A random UUID.",
          "uuid, guid, unique id, unique identifier, identifier, uid, correlation id, trace id, request id, global "
          "id", ["7f3c2a90-4b1e-4d52-9a77-0c8e51d6b3f4"], unique=True),
    entry("id.code", "string", "A code of letters and digits.",
          "code, reference, reference code, ref, ref id, external id, short code, internal code, tag code, lot "
          "number, batch number, batch id", ["KX-482137", "TB-071902"], pattern="[A-HJ-NP-Z]{2}-[0-9]{6}"),
    entry("id.serial_number", "string", "A serial number.", "serial number, serial no, serial code, device serial, sn",
          ["SN4F81C02A7B90"], pattern="SN[0-9A-F]{12}"),
    entry("id.hash", "string", "A SHA-256 digest of nothing.",
          "hash, checksum, sha256, digest, fingerprint, md5, signature",
          ["9f1c27e4b80d4a6e8c3b15d2f7a09e449f1c27e4b80d4a6e8c3b15d2f7a09e44"], pattern="[0-9a-f]{64}"),
)

TIME = (
    entry("time.timestamp", "datetime", "When something happened.",
          "timestamp, datetime, date time, time stamp, event time, occurred at, happened at, logged at, recorded "
          "at, ts, event timestamp, recorded time, measured at, transaction date time, transaction time, visited "
          "at, sent at, received at, posted at, ~at", ["2025-03-14T09:26:53Z"]),
    entry("time.created_at", "datetime", "When something came to be.",
          "created at, created, creation time, created on, registered at, registration time, signup time, signed up "
          "at, date created, created time, opened at, submitted at, placed at, ordered at, published at, booked at, "
          "started at, start time", ["2024-11-02T17:40:11Z"]),
    entry("time.updated_at", "datetime", "When something last changed.",
          "updated at, updated, modified at, last updated, last modified, last update, changed at, modified, "
          "resolved at, closed at, completed at, finished at, ended at, deleted at, delivered at, paid at, shipped "
          "at, end time, expires at", ["2025-06-30T08:12:45Z"]),
    entry("time.last_login", "datetime", "When someone was last here.",
          "last login, last seen, last active, last login at, last activity, last visit, last access",
          ["2025-12-18T21:03:09Z"]),
    entry("time.date", "date", "A day.",
          "date, day, transaction date, order date, invoice date, signup date, registration date, payment date, "
          "purchase date, event date, visit date, report date, review date, posting date, entry date, publication "
          "date, release date, published date, booking date, sale date, admission date, appointment date, "
          "submission date, issue date, departure date, check in date, creation date, record date",
          ["2025-03-14", "2024-08-02"]),
    entry("time.start_date", "date", "The first day.",
          "start date, begin date, from date, valid from, effective date, start, date from, begins on, check in, "
          "checkin, opening date, launch date", ["2025-01-06"]),
    entry("time.end_date", "date", "The last day.",
          "end date, to date, valid to, until, finish date, expiry date, expiration date, date to, ends on, end, "
          "check out, checkout date, check out date, termination date, closing date, expires on, valid until, "
          "discharge date, return date, renewal date", ["2025-02-14"]),
    entry("time.due_date", "date", "The day by which something is due.",
          "due date, deadline, due, payment due, due on, due by, delivery date, expected date, expected delivery, "
          "estimated delivery", ["2025-04-30"]),
    entry("time.time", "time", "A time of day.",
          "time, time of day, hour minute, clock time, opening time, closing time, appointment time, departure "
          "time, arrival time", ["09:30:00", "17:05:00"]),
    choice("time.weekday", "A day of the week.", "weekday, day of week, week day, dow, day name",
           "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
    choice("time.month", "A month's name.", "month, month name",
           "January, February, March, April, May, June, July, August, September, October, November, December"),
    number("time.month_number", "integer", "A month's number.", "month number, month no, birth month", 1, 12, [3, 11]),
    number("time.year", "integer", "A year.",
           "year, calendar year, fiscal year, release year, publication year, graduation year", 1990, 2025,
           [2014, 2023]),
    number("time.hour", "integer", "An hour of the day.", "hour, hour of day", 0, 23, [9, 17]),
    choice("time.quarter", "A quarter of a year.", "quarter, fiscal quarter, quarter name", "Q1, Q2, Q3, Q4"),
    number("time.duration_s", "integer", "A duration in seconds.",
           "duration seconds, duration s, seconds, duration sec, session duration, call duration, elapsed seconds, "
           "time on page, duration, length seconds, session length, watch time, elapsed time", 1, 14_400, [184, 942],
           name="lognormal", median=240, sigma=1.0),
    number("time.duration_min", "integer", "A duration in minutes.",
           "duration minutes, duration min, minutes, wait time, waiting time, delay minutes, delay, preparation "
           "time, cooking time, prep time, cook time, length minutes, travel time, handling time", 1, 480, [25, 90],
           name="lognormal", median=35, sigma=0.8),
    number("time.duration_days", "integer", "A duration in days.",
           "duration days, days, number of days, lead time, delivery days, days open, tenure days, age days", 1, 365,
           [4, 30], name="exponential", mean=14),
    entry("time.duration_iso", "string", "A duration in ISO 8601.", "iso duration, duration iso, interval, period",
          ["PT1H25M", "PT40M"], pattern="PT([1-9]H)?[1-5][0-9]M"),
    choice("time.season", "A season.", "season", "spring, summer, autumn, winter"),
    choice("time.shift", "A working shift.", "shift, work shift, shift name", "morning, afternoon, night",
           [44, 36, 20]),
)

GENERAL = (
    choice("general.status", "A state that fits many things.",
           "status, state of record, current status, record status, account status, user status, customer status, "
           "state, membership status, subscription status, campaign status, progress status",
           "active, inactive, pending, archived", [66, 14, 15, 5]),
    choice("general.task_status", "How far work is.",
           "task status, ticket status, issue status, project status, work status, job status, case status, claim "
           "status, support status, workflow status", "open, in progress, on hold, resolved, closed",
           [24, 26, 9, 17, 24]),
    choice("general.approval_status", "Whether something was approved.",
           "approval status, decision, approval, application status, review status, verification status, loan "
           "status, kyc status", "approved, pending, rejected", [66, 22, 12]),
    choice("general.priority", "How urgent something is.",
           "priority, urgency, priority level, ticket priority, importance, severity", "low, medium, high, urgent",
           [30, 42, 21, 7]),
    choice("general.category", "A category.",
           "category, type, group, class name, kind, label, topic, tag name, classification, subcategory, ~name",
           "general, standard, special, other", [44, 33, 15, 8]),
    entry("general.tags", "array", "A few words.",
          "tags, labels, keywords, categories, interests, hobbies, skills, topics, attributes, features, amenities, "
          "ingredients, genres"),
    entry("general.flag", "boolean", "True or false.",
          "flag, boolean, active, enabled, verified, is active, has, is, subscribed, opt in, opted in, premium "
          "flag, consent, newsletter, approved, deleted, published, in stock flag, verified purchase, churned, "
          "churn, fraud, is fraud, smoker, default flag, member, success, passed, available, archived, featured, "
          "converted, attended", [True, False]),
    number("general.count", "integer", "How many.",
           "count, number, total count, occurrences, visits count, orders count, cnt, frequency count, retries, "
           "attempts, login count, order count, copies, visitors, number of orders, ~num", 0, 1_000, [3, 48],
           name="exponential", mean=40),
    number("general.score", "float", "A score, 0 to 100.",
           "score, index score, points score, quality score, evaluation score, fitness score, ~rank score", 0, 100,
           [71.4, 88.2], decimals=1, name="normal", mean=66, std=17),
    number("general.percentage", "float", "A share in percent.",
           "percentage, percent, pct, share, ratio, conversion rate, success rate, completion, completion rate, "
           "progress, utilization, occupancy, churn rate, open rate, click rate, humidity percent", 0, 100,
           [12.5, 64.0], decimals=1),
    number("general.probability", "float", "A chance from 0 to 1.",
           "probability, likelihood, confidence, confidence score, chance, weight score, fraud score, risk score, "
           "prediction", 0, 1, [0.83, 0.12], decimals=3),
    number("general.rank", "integer", "A place in an order.",
           "rank, ranking, place, position number, order position, standing", 1, 100, [1, 17]),
    number("general.value", "float", "A number.", "value, number value, numeric value, metric value, ~x, ~y, ~z", 0,
           1_000, [42.5, 318.07], decimals=2),
    entry("general.color_hex", "string", "A colour as six hexadecimal digits.",
          "hex color, color hex, color code, colour code, rgb", ["#3A7F2C", "#D24B18"], pattern="#[0-9A-F]{6}"),
    entry("general.attributes", "object", "A few named values.",
          "metadata, properties, attributes object, payload, extra, settings, options, preferences, config, "
          "configuration, custom fields"),
    choice("general.animal", "An animal.", "animal, species, pet, pet type, animal type",
           "dog, cat, rabbit, parrot, hamster, turtle, horse, goldfish"),
    entry("general.name", "string", "A short name for a thing.",
          "display name, entity name, ~name, label name, campaign name, campaign, list name, asset name, group "
          "name, playlist, ~title", ["Blue Harbor", "Quiet Meadow"]),
)
