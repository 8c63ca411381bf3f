import { describe, expect, test } from "vitest";
import { Manifest } from "../../../cli/init/manifest.ts";

describe("a package.json that is added to", () => {
	test.each([
		[
			"two spaces",
			'{\n  "name": "a"\n}\n',
			'{\n  "name": "a",\n  "scripts": {\n    "b": "c"\n  }\n}\n',
		],
		[
			"tabs",
			'{\n\t"name": "a"\n}\n',
			'{\n\t"name": "a",\n\t"scripts": {\n\t\t"b": "c"\n\t}\n}\n',
		],
		[
			"CRLF",
			'{\r\n    "name": "a"\r\n}\r\n',
			'{\r\n    "name": "a",\r\n    "scripts": {\r\n        "b": "c"\r\n    }\r\n}\r\n',
		],
		[
			"a byte order mark",
			'\uFEFF{\n  "name": "a"\n}',
			'{\n  "name": "a",\n  "scripts": {\n    "b": "c"\n  }\n}\n',
		],
	])("keeps %s", (_, text, wanted) => {
		const manifest = new Manifest(text, "package.json");
		manifest.add("scripts", "b", "c");
		expect(`${manifest}`).toBe(wanted);
		expect(manifest.added).toEqual(["scripts.b"]);
	});

	test("overwrites nothing, and notes nothing", () => {
		const text = '{"scripts":{"a":"mine"},"devDependencies":{"b":"1"}}';
		const manifest = new Manifest(text, "package.json");
		manifest.add("scripts", "a", "other");
		manifest.add("devDependencies", "b", "2");
		expect(JSON.parse(`${manifest}`)).toEqual(JSON.parse(text));
		expect(manifest.added).toEqual([]);
	});

	test("keeps packages sorted, and scripts in their order", () => {
		const manifest = new Manifest(
			'{"scripts":{"z":"1"},"dependencies":{"a":"1","z":"1"}}',
			"package.json",
		);
		manifest.add("scripts", "a", "2");
		manifest.add("dependencies", "m", "1");
		const { scripts, dependencies } = JSON.parse(`${manifest}`);
		expect(Object.keys(scripts)).toEqual(["z", "a"]);
		expect(Object.keys(dependencies)).toEqual(["a", "m", "z"]);
	});

	test.each([
		"dependencies",
		"devDependencies",
		"optionalDependencies",
		"peerDependencies",
	])("has a package that is in its %s", (field) => {
		const text = JSON.stringify({ [field]: { wrangler: "^4.1.0" } });
		expect(new Manifest(text, "").range("wrangler")).toBe("^4.1.0");
	});

	test("decides about a package by its name or one version of it", () => {
		const manifest = new Manifest(
			'{"allowScripts":{"esbuild":false,"workerd@1.2.3":true}}',
			"",
		);
		expect(manifest.allows("esbuild")).toBe(true);
		expect(manifest.allows("workerd")).toBe(true);
		expect(manifest.allows("node")).toBe(false);
	});

	test.each([
		['{"name": }', "Unexpected token"],
		["[]", "it is not an object"],
		['{"scripts": []}', "`scripts` is not an object"],
		['{"devDependencies": "x"}', "`devDependencies` is not an object"],
	])("is refused where it is %s", (text, reason) => {
		expect(() => new Manifest(text, "a/package.json")).toThrow(
			`a/package.json cannot be added to: ${reason}`,
		);
	});
});
