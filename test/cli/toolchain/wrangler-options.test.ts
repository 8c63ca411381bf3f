import { expect, test } from "vitest";
import { replaced } from "../../../cli/toolchain/wrangler-options.ts";

const own = {
	port: "8787",
	ip: "localhost",
	"show-interactive-dev-session": "false",
	env: "",
	"persist-to": ".wrangler/staging",
};
const all = Object.entries(own).map(([name, value]) => `--${name}=${value}`);

test.each([
	["--ip 0.0.0.0", "ip"],
	["--ip=0.0.0.0", "ip"],
	["--port 3000", "port"],
	["--port=3000", "port"],
	["--persist-to state", "persist-to"],
	["--persistTo=state", "persist-to"],
	["--env staging", "env"],
	["--env=", "env"],
	["-e staging", "env"],
	["-e=staging", "env"],
	["-estaging", "env"],
	["--show-interactive-dev-session", "show-interactive-dev-session"],
	["--no-show-interactive-dev-session", "show-interactive-dev-session"],
	["--showInteractiveDevSession=true", "show-interactive-dev-session"],
])("%s takes the place of --%s", (text, name) => {
	const words = text.split(" ");
	const others = all.filter((one) => !one.startsWith(`--${name}=`));
	expect(replaced(own, words)).toEqual([...others, ...words]);
});

test.each([
	"",
	"--log-level debug",
	"--inspector-port 9000",
	"--host example.com",
	"--var port:3000",
	"--define ip:1",
	"-c ../app/wrangler.toml",
])("%s takes nothing's place", (text) => {
	const words = text.split(" ");
	expect(replaced(own, words)).toEqual([...all, ...words]);
});
