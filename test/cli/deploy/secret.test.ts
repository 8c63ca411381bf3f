import { expect, test } from "vitest";
import { ADMIN_SECRET, TOKEN_SECRET } from "../../../cli/config/secrets.ts";
import { readSecret } from "../../../cli/deploy/secret.ts";
import { problemsOf } from "../../support/config.ts";

const problems = (TOKEN?: string) =>
	problemsOf(
		(async () =>
			readSecret(
				TOKEN_SECRET,
				"TOKEN",
				TOKEN === undefined ? {} : { TOKEN },
			))(),
	);

test.each([
	"0123456789abcdef",
	"one-of-two-tokens, the-other-of-two-tokens",
	"c29tZSBiYXNlNjQgdGV4dA==",
])("%s is a secret", (token) => {
	expect(readSecret(ADMIN_SECRET, "TOKEN", { TOKEN: `${token}\n` })).toBe(
		token,
	);
});

test.each([
	[undefined, "secret-not-in-env", "TOKEN is not set"],
	["", "secret-not-in-env", "TOKEN is empty"],
	[" \n", "secret-not-in-env", "TOKEN is empty"],
	["0123456789abcde", "secret-unusable", "fewer than 16 characters"],
	["x".repeat(1_018), "secret-unusable", "more than 1017 characters"],
	["a-long-enough-token,short", "secret-unusable", "fewer than 16 characters"],
	["a-long-enough-token,", "secret-unusable", "letters, digits"],
	["a long enough token with spaces", "secret-unusable", "letters, digits"],
])("%j is none: %s", async (token, code, reason) => {
	const [problem, ...others] = await problems(token);
	expect(others).toEqual([]);
	expect(problem?.code).toBe(code);
	const text = JSON.stringify(problem);
	expect(text).toContain(reason);
	expect(text).toContain(TOKEN_SECRET);
	if (token?.trim()) expect(text).not.toContain(token);
});
