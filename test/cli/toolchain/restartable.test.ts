import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { Child, type Ending } from "../../../cli/toolchain/child.ts";
import { Restartable } from "../../../cli/toolchain/restartable.ts";

/** A program that runs until it is ended, and the children that it had. */
function program(command = "sleep 60") {
	const children: Child[] = [];
	let ending: Ending | undefined;
	const restartable = new Restartable(() => {
		const ignore = () => {};
		const child = new Child("sh", ["-c", command], {
			cwd: tmpdir(),
			env: process.env,
			onStdout: ignore,
			onStderr: ignore,
		});
		children.push(child);
		return child;
	});
	restartable.exited.then((one) => {
		ending = one;
	});
	return { restartable, children, ended: () => ending };
}

test("a pause is no end, and another child follows it", async () => {
	const { restartable, children, ended } = program();
	await restartable.pause();
	restartable.resume();
	expect(children).toHaveLength(2);
	expect(await children[0]?.exited).toMatchObject({ signal: "SIGINT" });
	expect(ended()).toBe(undefined);
	await restartable.stop();
	expect(await restartable.exited).toMatchObject({ signal: "SIGINT" });
});

test("it has ended when a child ends by itself", async () => {
	const { restartable } = program("exit 3");
	expect(await restartable.exited).toEqual({ status: 3, signal: null });
});

test("stopped during a pause it has ended, and does not start again", async () => {
	const { restartable, children } = program();
	await restartable.pause();
	await restartable.stop();
	restartable.resume();
	expect(await restartable.exited).toEqual({ status: 0, signal: null });
	expect(children).toHaveLength(1);
});
