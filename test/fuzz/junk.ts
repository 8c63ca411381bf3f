import fc, { type Arbitrary } from "fast-check";
import { ADMIN_TOKEN, CALLER_TOKEN } from "./server.ts";
import { utf8 } from "./shot.ts";

const many = (count: number) =>
	`{${Array.from({ length: count }, (_, n) => `"n${n}":1`).join()}}`;

/** Texts that stand for a number, and most of which are none. */
export const numberText: Arbitrary<string> = fc.oneof(
	fc.constantFrom(
		..."0 -0 1 -1 +1 01 1.0 1.5 1e2 1e309 -1e309 1e-7 NaN Infinity -Infinity 0x10 0b1 0o7 1_000".split(
			" ",
		),
		..."9007199254740991 9007199254740992 -9007199254740992 99999999999999999999 1000000 1000001 1000000000001".split(
			" ",
		),
		...'"1" [] [1] {} null true false undefined 1n ١ １ 1,2 1;2 --1 1- .5 5. $1 %31 0x'
			.split(" ")
			.map(utf8),
		"",
		" ",
		" 1 ",
		"1\n",
		utf8("\ufeff1"),
		utf8("\u20281"),
		"1\x00",
		"9".repeat(400),
		`1${"0".repeat(70_000)}`,
	),
	fc.integer().map(String),
	fc.double().map(String),
);

/** Pieces of a path as they go over the wire. */
export const segment: Arbitrary<string> = fc.oneof(
	fc.constantFrom(
		..."%ff %c0%80 %ed%a0%80 %f4%90%80%80 %e2%82 %00 a%00b a%00c %2f a%2fb %5c %2e %2e%2e . .. ... %252e%252e %2541 %25 % %4 %zz %u0041".split(
			" ",
		),
		..."__proto__ constructor toString hasOwnProperty valueOf __defineGetter__ then".split(
			" ",
		),
		..."%F0%9F%98%80 %e2%80%ae %ef%bb%bf %ef%bf%bd a%0d%0aX-Evil:1 a%20b a+b a;b a:b a@b a,b a&b=c a=b ~ * : :counter {n} (a) [a] $ ! ' \" < > ` | ^ \\ a\\..\\b".split(
			" ",
		),
		"n".repeat(128),
		"n".repeat(129),
		"n".repeat(256),
		"n".repeat(257),
		"n".repeat(6_000),
		"n".repeat(70_000),
		"%61".repeat(256),
		"%F0%9F%98%80".repeat(129),
		"\xff",
		"\xc3\xa9",
		"",
	),
	fc
		.string({ unit: "grapheme", maxLength: 12 })
		.map((text) => encodeURIComponent(text.toWellFormed())),
	fc.string({ unit: "binary-ascii", maxLength: 5 }).map(escape),
);

/** Whole paths, near misses of routes above all. */
export const path: Arbitrary<string> = fc.oneof(
	fc.constantFrom(
		..."/ // /. /.. /-/healthz /-/metrics /-/openapi.json /-/ /- /favicon.ico /robots.txt /increment /increment/ /Increment/a /increment//a //increment/a /increment/a/ /increment/a/b /increment/a//b /increments/ /increments/a /increment/../increment/a /increment/%2e%2e/increments /./increment/a /x/../increment/a /%69ncrement/a /increment%2fa /increment/a;x=1 /increment/a%3Fby=2 /increment/a%23 /counters/ /counters/a/b /COUNTERS /counters.json /global /global/ /global/Reset /global/reset/ /global/reset/a/b /global/write /global//reset /global/import/a /shard /shard/ /shard/0 /shard/0/ /shard/00/counters /shard/2/counters /shard/-1/counters /shard/1.0/counters /shard/1e1/counters /shard/0x0/counters /shard/99999999999999999999999/counters /shard/a/write /shard/0/increment/a /shard/0/reset /listed /listed/ /Listed/counters /listed%2Fcounters /listed/../counters /closed /closed/ /closed/area /closed/area/ /closed%2Farea/counters /closed/area/increment/a /closed/counters /open/global/reset/a /open/shard/1/counters /wide/counters/%00 * http://localhost/increment/a //localhost/increment/a /global/counters/../reset /few/global/../increment/a".split(
			" ",
		),
		`/${"a/".repeat(3_000)}`,
		`/${"../".repeat(2_000)}increment/a`,
		`/increment/${"%25".repeat(2_000)}`,
	),
	fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
);

/** What may come after the `?`, or after what is there already. */
export const query: Arbitrary<string> = fc.oneof(
	numberText.map((text) => `by=${escape(text)}`),
	numberText.map((text) => `limit=${escape(text)}`),
	fc.constantFrom(
		..."by by= by=1&by=2 by[]=1 BY=3 b%79=2 by=%31 by=%ff by=1%00 by=+1 by=1;by=2 & = && ?by=2 by=1#x read= read=exact read=EXACT read=kv&read=exact read=__proto__ read%00=kv limit=1&limit=2 limit=-1 limit=10001 cursor= cursor=YQ cursor=YQ== cursor=%00 cursor=_w cursor=4pyTIA cursor=!! cursor=YQ&limit=1 __proto__=1 constructor=1 a=1&a=2 a=1&b=x %=1 %ff=1 a=1&%61=1 token=x access_token=x".split(
			" ",
		),
		`access_token=${ADMIN_TOKEN}`,
		`cursor=${"A".repeat(70_000)}`,
		`x=${"y".repeat(6_000)}`,
		Array.from({ length: 900 }, (_, n) => `a${n}=1`).join("&"),
	),
	fc.string({ maxLength: 20 }).map(encodeURI),
	fc.base64String({ maxLength: 24 }).map((text) => `cursor=${text}`),
);

/** Bodies: texts that are no JSON, JSON that is no map, and maps that must not be taken. */
export const body: Arbitrary<string> = fc.oneof(
	{ weight: 4, arbitrary: numberText },
	{ weight: 4, arbitrary: numberText.map((text) => `{"a":1,"agree":${text}}`) },
	{
		weight: 4,
		arbitrary: fc.constantFrom(
			...'{} {"a"} {"a":1 {"a":1}} {"a":1,} {a:1} {\'a\':1} {"a":1,"a":2} {"":1} {"__proto__":1} {"__proto__":{"a":1}} {"constructor":{"prototype":{"a":1}}} {"a":{"toString":1}} {"a":[1]} {"a":1}{"b":1} [{"a":1}] [["a",1]] "a" {"a":-0} {"a":1e0} {"a":01} {"a":1e999} /**/{"a":1} {"\\ud800":1} {"\\u0000":1} {"a\\u0000b":1,"a\\u0000c":2} {"a\\u0000":1,"a":2} {"\\u0061":1} {"a":9007199254740991,"b":9007199254740991} {"a":9007199254740991}'.split(
				" ",
			),
			utf8('\ufeff{"a":1}'),
			utf8('{"💥":1,"é":2}'),
			utf8('{"é":1,"e\u0301":1}'),
			'{"a\xff":1}',
			'{"\xc0\x80":1}',
			"\xff\xfe{\x00}\x00",
			"\x1f\x8b\x08\x00\x00\x00\x00\x00",
			"\x00",
			"a=1&b=2",
			'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
			'{"a":1}'.padEnd(20_000),
			`{"${"n".repeat(256)}":1}`,
			`{"${"n".repeat(257)}":1}`,
			utf8(`{"${"💯".repeat(128)}":1}`),
			utf8(`{"${"💯".repeat(129)}":1}`),
		),
	},
	fc.json().map(utf8),
	fc.string({ unit: "binary-ascii", maxLength: 40 }),
);

/** Bodies that cost something: seldom. */
export const hugeBody: Arbitrary<string> = fc.constantFrom(
	many(10_000),
	many(10_001),
	"[".repeat(100_000),
	`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
	'{"a":'.repeat(20_000),
	" ".repeat(3_000_000),
	"1".repeat(5_000_000),
	`{"a":1,"b":"${"x".repeat(9_000_000)}"}`,
);

/** Headers, one or several of a name. */
export const headers: Arbitrary<readonly (readonly [string, string])[]> =
	fc.oneof(
		fc
			.constantFrom(
				"",
				"Bearer",
				"Bearer ",
				"Bearer x",
				`bearer ${CALLER_TOKEN}`,
				`Bearer  ${ADMIN_TOKEN}`,
				`Bearer ${ADMIN_TOKEN}x`,
				`Bearer ${ADMIN_TOKEN.slice(0, -1)}`,
				`Bearer ${CALLER_TOKEN}`,
				`Bearer ${ADMIN_TOKEN},${CALLER_TOKEN}`,
				`Bearer ${ADMIN_TOKEN.toUpperCase()}`,
				`Basic ${btoa(`admin:${ADMIN_TOKEN}`)}`,
				`Token ${ADMIN_TOKEN}`,
				ADMIN_TOKEN,
				`Bearer "${ADMIN_TOKEN}"`,
				"Bearer undefined",
				"Bearer ,",
				"Bearer \xff\xfe",
				`Bearer ${"x".repeat(1_100)}`,
				`Bearer ${"x".repeat(7_000)}`,
				`Bearer ${" ".repeat(500)}x`,
				"Digest a=b, c=d",
			)
			.map((value) => [["Authorization", value] as const]),
		fc.constant([
			["Authorization", "Bearer x"],
			["Authorization", `Bearer ${ADMIN_TOKEN}`],
		]),
		fc
			.oneof(
				fc.constantFrom(
					"",
					" ",
					"k",
					"key 7",
					"k".repeat(255),
					"k".repeat(256),
					"k".repeat(7_000),
					"\xff",
					"a\tb",
					"é",
					"__proto__",
					"constructor",
					"'; DROP TABLE keys; --",
					'"quoted"',
				),
				fc.string({ maxLength: 8 }),
			)
			.map((value) => [["Idempotency-Key", value] as const]),
		fc.constant([
			["Idempotency-Key", "one"],
			["Idempotency-Key", "two"],
		]),
		fc
			.constantFrom(
				"Content-Type: text/plain",
				"Content-Type: application/x-www-form-urlencoded",
				"Content-Type: multipart/form-data",
				"Content-Type: application/json; charset=utf-16",
				"Content-Type: ;;;",
				"Content-Encoding: gzip",
				"Content-Encoding: br",
				"Accept: text/html",
				"Accept: ;q=x",
				"Accept-Encoding: gzip;q=0, *;q=0",
				"Accept-Language: \xff",
				"Sec-Purpose: prefetch;prerender",
				"Purpose: prefetch",
				"X-Purpose: preview",
				"X-Moz: Prefetch",
				"Sec-Purpose: x",
				"Origin: https://example.com",
				"Origin: https://evil.example",
				"Origin: null",
				"Range: bytes=0-1",
				"If-None-Match: *",
				"If-Match: x",
				"If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
				"X-HTTP-Method-Override: DELETE",
				"X-Original-URL: /global/reset",
				"X-Forwarded-For: 127.0.0.1",
				"X-Forwarded-Host: evil.example",
				"CF-Connecting-IP: 1.2.3.4",
				"Forwarded: for=x",
				"Host: evil.example",
				"Cookie: token=x",
				"Referer: https://example.com/a",
				"User-Agent: ",
				"User-Agent: Googlebot/2.1",
				"Access-Control-Request-Method: PUT",
				"Access-Control-Request-Headers: x, y",
				"Upgrade: websocket",
				"Upgrade: h2c",
				"Connection: upgrade",
				"Connection: keep-alive, x",
				"TE: trailers",
				"Expect: 200-maybe",
				"Max-Forwards: 0",
				"Via: 1.1 x",
				"Trailer: x",
				"Content-Length: 3",
				"Content-Length: -1",
				"Content-Length: 1, 1",
				"Transfer-Encoding: gzip",
				"Transfer-Encoding: chunked, chunked",
				`X-Long: ${"x".repeat(6_000)}`,
				`X-Longer: ${"x".repeat(60_000)}`,
				`X-Longest: ${"x".repeat(300_000)}`,
				"X-Control: a\x00b",
				"X-Control: a\x01b\x7f",
				"X-Control: a\rb",
				"X-Bytes: \xe9\xff",
				"bad name: x",
				": x",
				"__proto__: x",
				"constructor: x",
			)
			.map((line) => {
				const at = line.indexOf(":", 1) < 0 ? 0 : line.indexOf(":");
				return [[line.slice(0, at), line.slice(at + 2)] as const];
			}),
		fc.constant(Array.from({ length: 90 }, (_, n) => [`X-${n}`, "x"] as const)),
	);

export const method: Arbitrary<string> = fc.constantFrom(
	..."GET HEAD POST PUT DELETE PATCH OPTIONS TRACE CONNECT PROPFIND PURGE QUERY LINK FOO get Post".split(
		" ",
	),
);

/** What no client sends. */
export const bytes: Arbitrary<string> = fc.oneof(
	fc.constantFrom(
		"",
		"\r\n\r\n",
		"GET",
		"GET /\r\n\r\n",
		"GET / HTTP/0.9\r\n\r\n",
		"POST /increment/a HTTP/1.0\r\n\r\n",
		"POST /increment/a HTTP/2.0\r\nHost: x\r\n\r\n",
		"POST /increment/a HTTP/1.1\r\n\r\n",
		"POST /increment/a HTTP/1.1\nHost: x\n\n",
		"POST /increment/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"POST /increment/a HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
		"POST /increment/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
		"POST /increment/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n1",
		"POST /increment/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n1",
		"POST /increment/a HTTP/1.1\r\nHost: \x00\r\n\r\n",
		"POST /increment/a HTTP/1.1\r\nHost: [::\r\n\r\n",
		"POST  /increment/a  HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /increment/a b HTTP/1.1\r\nHost: x\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"POST /increment/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nPOST /increment/b HTTP/1.1\r\nHost: x\r\n\r\n",
		`GET / HTTP/1.1\r\n${"X: y\r\n".repeat(20_000)}\r\n`,
	),
	fc.string({ unit: "binary-ascii", maxLength: 60 }),
);
