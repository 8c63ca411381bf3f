/*
 * Runs the tests with the newest wrangler and workerd in place of the pinned ones,
 * in a copy of the repository, since each of its parts finds them in node_modules.
 * Arguments go to vitest. Needs the registry.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot as root } from "../cli/root.ts";

/** The wrangler of users, that of the tests inside workerd, and types that both need. */
const NEWEST = [
	"wrangler",
	"@cloudflare/vitest-plugin",
	"@cloudflare/workers-types",
];

const copy = join(tmpdir(), "counter-gen-newest");
mkdirSync(copy, { recursive: true });
// Keeps what was installed before: that spares most of the time.
for (const name of readdirSync(copy))
	if (name !== "node_modules") rmSync(join(copy, name), { recursive: true });
const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
const files = execFileSync("git", listed, { cwd: root, encoding: "utf8" });
for (const file of files.split("\0").filter((name) => name !== ""))
	cpSync(join(root, file), join(copy, file));

run("npm", [
	"install",
	"--save-dev",
	"--save-exact",
	"--no-audit",
	"--no-fund",
	...NEWEST.map((name) => `${name}@latest`),
]);
for (const name of NEWEST.slice(0, 2)) {
	const file = join(copy, "node_modules", name, "package.json");
	const { version } = createRequire(file)(file);
	const workerd = createRequire(file)("workerd/package.json");
	console.log(`${name} ${version}, workerd ${workerd.version}`);
}
// It holds what wrangler's own schema says.
run("npm", ["run", "schema"]);
const config = ["--config", "test/vitest.config.ts"];
run("npx", ["vitest", "run", ...config, ...process.argv.slice(2)]);

function run(program: string, args: readonly string[]): void {
	const { status } = spawnSync(program, args, { cwd: copy, stdio: "inherit" });
	if (status !== 0) process.exit(status ?? 1);
}
