import { expect, test } from "vitest";
import { oldNodeText } from "../../cli/old-node.ts";

test.each([
	["", undefined, "npm install --save-dev node@24"],
	["npm/11.1.0 node/v20.0.0", "production", "npm install --save-prod node@24"],
	[
		"pnpm/10.34.8 npm/? node/v20.0.0",
		undefined,
		"pnpm add --save-dev node@24 --allow-build=node && pnpm rebuild node",
	],
	[
		"bun/1.4.5 npm/? node/v26.3.0 linux x64",
		undefined,
		"bun add --dev --trust node@24",
	],
	["bun/1.4.5", "production", "bun add --trust node@24"],
])(
	"To whom %s runs with NODE_ENV=%s, an old Node says how to have a newer one",
	(agent, mode, line) => {
		const env = { npm_config_user_agent: agent, NODE_ENV: mode };
		expect(oldNodeText("20.20.2", env)).toBe(
			`counter-gen needs Node.js 22.12 or newer; this is 20.20.2. To have one for this project:\n\n  ${line}\n\n`,
		);
	},
);

test("Under Yarn no package brings one", () => {
	const env = { npm_config_user_agent: "yarn/4.18.1 npm/? node/v20.20.2" };
	expect(oldNodeText("20.20.2", env)).toMatch(
		/: install a newer one, and run Yarn by that\.\n$/,
	);
});
