import { expect, test } from "vitest";
import { DELIBERATE_FAULTS, SHORT_FAULTS } from "./deliberate/all.ts";
import { FIRST_SEEDS } from "./deliberate/first-seeds.ts";
import { testFaults } from "./notice.ts";

testFaults(DELIBERATE_FAULTS.filter(({ name }) => SHORT_FAULTS.includes(name)));

test("those of the short simulation, and with a first seed, are among them", () => {
	const names = DELIBERATE_FAULTS.map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining([...FIRST_SEEDS.keys()]));
	expect(names).toEqual(expect.arrayContaining([...SHORT_FAULTS]));
	expect(new Set(SHORT_FAULTS).size).toBe(10);
});
