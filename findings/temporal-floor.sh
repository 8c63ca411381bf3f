#!/usr/bin/env bash
# Temporal, as temporal-polyfill 1.0.8 and @js-temporal/polyfill 0.5.1 have it:
# `ZonedDateTime.round` with `roundingMode: "floor"` is no floor where clocks jump.
#
# Hour: clocks of Casey jumped from 00:01 to 03:01 on 2020-10-04. At 03:30 the
# floor is 03:00, which no clock showed. Such a time is taken to be as much later
# as the jump was, so both answer 06:00: two and a half hours after the moment.
# Day: clocks of St. John's went back from 00:01 to 23:01 of the day before, on
# 2010-11-07. Half an hour later one answers the start of November 6, the other
# that of November 7, while the clocks show November 6 for both.
#
# Expected: the start of the hour or day that the moment is in, never a later moment.
# To go around it: look for the start among moments (UTC, by quarter hours) whose
# own clock time has no minutes, and compare it with the moment.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund temporal-polyfill@1.0.8 @js-temporal/polyfill@0.5.1

cat >find.mjs <<'JS'
for (const name of ["temporal-polyfill", "@js-temporal/polyfill"]) {
	const { Temporal } = await import(name);
	const floor = (unit, moment, zone) => {
		const clock = Temporal.Instant.from(moment).toZonedDateTimeISO(zone);
		const start = clock.round({ smallestUnit: unit, roundingMode: "floor" });
		const later = clock.until(start, { largestUnit: "minute" }).total("minute");
		console.log(`${name}: ${unit} of ${clock}\n  ${start}, minutes from there: ${later}`);
	};
	floor("hour", "2020-10-03T16:30Z", "Antarctica/Casey");
	floor("day", "2010-11-07T03:00Z", "America/St_Johns");
}
JS
node find.mjs | tee actual

cat >expected <<'TEXT'
temporal-polyfill: hour of 2020-10-04T03:30:00+11:00[Antarctica/Casey]
  2020-10-04T06:00:00+11:00[Antarctica/Casey], minutes from there: 150
temporal-polyfill: day of 2010-11-06T23:30:00-03:30[America/St_Johns]
  2010-11-06T00:00:00-02:30[America/St_Johns], minutes from there: -1470
@js-temporal/polyfill: hour of 2020-10-04T03:30:00+11:00[Antarctica/Casey]
  2020-10-04T06:00:00+11:00[Antarctica/Casey], minutes from there: 150
@js-temporal/polyfill: day of 2010-11-06T23:30:00-03:30[America/St_Johns]
  2010-11-07T00:00:00-02:30[America/St_Johns], minutes from there: -30
TEXT
diff expected actual && echo "still so"
