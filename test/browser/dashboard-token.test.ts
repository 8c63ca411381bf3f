import { describe, expect, it } from "vitest";
import { shared } from "../support/shared.ts";
import { cells, panel, startDashboard } from "./dashboard-stage.ts";

const stage = shared(startDashboard);

/** Puts another admin token into the server's secrets, and starts it again. */
async function changeToken(to: string): Promise<void> {
	const { project, kill, start } = stage();
	await kill();
	await project.edit(
		"generated/.dev.vars",
		`COUNTER_ADMIN_TOKEN=${await project.token()}`,
		`COUNTER_ADMIN_TOKEN=${to}`,
	);
	await start();
}

describe("the token", () => {
	it("is asked for, and a wrong one refused", async () => {
		const { page, errors } = await stage().open();
		await page.goto(`${stage().url}/-/`);
		const input = page.getByLabel("Admin token");
		await expect
			.poll(() => input.evaluate((one) => one === document.activeElement))
			.toBe(true);
		await page.keyboard.type("wrong");
		await page.keyboard.press("Enter");
		await page
			.getByRole("alert")
			.getByText("This token was refused: it is not the COUNTER_ADMIN_TOKEN")
			.waitFor();
		await input.fill("schlüssel");
		await page.keyboard.press("Enter");
		await page
			.getByRole("alert")
			.getByText("letters, digits and signs only")
			.waitFor();
		await input.fill(await stage().project.token());
		await page.keyboard.press("Enter");
		await panel(page, "Counters").waitFor();
		expect(errors).toEqual([]);
	});

	it("stays in the tab, and in no other", async () => {
		const { page } = await stage().open();
		await page.goto(stage().link());
		await panel(page, "Counters").waitFor();
		await page.goto(`${stage().url}/-/`);
		await panel(page, "Counters").waitFor();
		const other = await page.context().newPage();
		await other.goto(`${stage().url}/-/`);
		await other.getByLabel("Admin token").waitFor();
		await page.getByRole("button", { name: "Forget the token" }).click();
		await page.reload();
		await page.getByLabel("Admin token").waitFor();
	});

	it("that worked and no longer does is said to, and the new one goes on", async () => {
		const { page } = await stage().open();
		await stage().count("/increment/before");
		await stage().settled();
		await page.goto(stage().link());
		await expect.poll(() => cells(page, "before")).toEqual(["1", "1", "0"]);
		await changeToken("the-next-one");
		await page
			.getByRole("alert")
			.getByText(/^The token worked until .*, and is refused now/)
			.waitFor();
		await stage().count("/increment/before");
		await page.getByLabel("Admin token").fill("the-next-one");
		await page.keyboard.press("Enter");
		await expect.poll(() => cells(page, "before")).toEqual(["2", "2", "+1"]);
	});

	it("may come by a link into a page that is open", async () => {
		const { page } = await stage().open();
		await page.goto(`${stage().url}/-/`);
		await page.getByLabel("Admin token").waitFor();
		await page.goto(stage().link());
		await panel(page, "Counters").waitFor();
		expect(page.url()).toBe(`${stage().url}/-/`);
	});
});

it("keeps its numbers while the server is gone, and goes on when it is back", async () => {
	const { page, errors } = await stage().open();
	await stage().count("/increment/killed");
	await stage().settled();
	await page.goto(stage().link());
	await expect.poll(() => cells(page, "killed")).toEqual(["1", "1", "0"]);
	await stage().kill();
	await page.getByText("The Worker does not answer. Trying again").waitFor();
	expect(await cells(page, "killed")).toEqual(["1", "1", "0"]);
	await stage().start();
	await page.getByText("Every 2 seconds").waitFor();
	await page.getByRole("button", { name: "Count +1 on killed" }).click();
	await expect.poll(() => cells(page, "killed")).toEqual(["2", "2", "+1"]);
	expect(errors).toEqual([]);
});
