import { expect, test } from "vitest";
import { parseTarget } from "../../../cli/client/target.ts";

test.each([
	["http://localhost:8787", "http://localhost:8787"],
	["localhost:8787", "http://localhost:8787"],
	["localhost", "http://localhost"],
	["localhost:8787/votes/", "http://localhost:8787/votes"],
	["127.0.0.1:8787", "http://127.0.0.1:8787"],
	["[::1]:8787", "http://[::1]:8787"],
	["counters.example.workers.dev", "https://counters.example.workers.dev"],
	["example.com:8443/votes", "https://example.com:8443/votes"],
	["HTTPS://example.com", "https://example.com"],
])("%s is %s", (text, url) => {
	expect(parseTarget(text).url).toBe(url);
});

test.each([
	"",
	"ftp://localhost",
	"localhost:port",
	"me:secret@localhost",
	"mailto:me@example.com",
	"localhost?a=b",
	"file:///tmp",
])("%s is no address of a namespace", (text) => {
	expect(() => parseTarget(text)).toThrow("not the http or https address");
});
