/**
 * Opens state folders at the moments that its parent sends, and answers "owner"
 * or the code of the refusal.
 */
import { CounterGenError } from "../../../cli/errors.ts";
import { StateDir } from "../../../cli/toolchain/state-dir.ts";

process.on("message", async ({ dir, at }: { dir: string; at: number }) => {
	// Not a timer, which would wake each at a moment of its own.
	while (Date.now() < at);
	try {
		await StateDir.open(dir);
		process.send?.("owner");
	} catch (error) {
		const known = error instanceof CounterGenError;
		process.send?.(known ? error.diagnostics[0]?.code : String(error));
	}
});
