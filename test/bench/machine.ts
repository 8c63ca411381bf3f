import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { findToolchain } from "../../cli/toolchain/find.ts";
import { root } from "./generated.ts";
import { CONNECTIONS } from "./stand.ts";

/** What the figures depend on. */
export interface Machine {
	cores: number;
	model: string;
	node: string;
	workerd: string;
	connections: number;
	rounds: number;
	/** Of each turn. */
	seconds: number;
}

export function thisMachine({
	rounds,
	seconds,
}: Pick<Machine, "rounds" | "seconds">): Machine {
	const { workerd } = findToolchain(root);
	const version = execFileSync(workerd, ["--version"], { encoding: "utf8" });
	const [cpu] = cpus();
	return {
		cores: cpus().length,
		model: cpu?.model.trim() ?? "an unknown processor",
		node: process.versions.node,
		workerd: version.replace("workerd", "").trim(),
		connections: CONNECTIONS,
		rounds,
		seconds,
	};
}
