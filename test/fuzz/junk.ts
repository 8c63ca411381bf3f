import fc, { type Arbitrary } from "fast-check";
import { ADMIN_TOKEN } from "./server.ts";
import { utf8 } from "./shot.ts";

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
		..."/ // /. /.. /-/healthz /-/metrics /-/openapi.json /-/ /- /favicon.ico /robots.txt /increment /increment/ /Increment/a /increment//a //increment/a /increment/a/ /increment/a/b /increment/a//b /increments/ /increments/a /increment/../increment/a /increment/%2e%2e/increments /./increment/a /x/../increment/a /%69ncrement/a /increment%2fa /hit /hit/ /hit/a/b /badge /badge/ /badge/a.svg /listed/hit/agree /increment/a;x=1 /increment/a%3Fby=2 /increment/a%23 /counters/ /counters/a/b /COUNTERS /counters.json /global /global/ /global/Reset /global/reset/ /global/reset/a/b /global/write /global//reset /global/import/a /shard /shard/ /shard/0 /shard/0/ /shard/00/counters /shard/2/counters /shard/-1/counters /shard/1.0/counters /shard/1e1/counters /shard/0x0/counters /shard/99999999999999999999999/counters /shard/a/write /shard/0/increment/a /shard/0/reset /listed /listed/ /Listed/counters /listed%2Fcounters /listed/../counters /closed /closed/ /closed/area /closed/area/ /closed%2Farea/counters /closed/area/increment/a /closed/counters /open/global/reset/a /open/shard/1/counters /wide/counters/%00 * http://localhost/increment/a //localhost/increment/a /global/counters/../reset /few/global/../increment/a".split(
			" ",
		),
		`/${"a/".repeat(3_000)}`,
		`/${"../".repeat(2_000)}increment/a`,
		`/increment/${"%25".repeat(2_000)}`,
	),
	fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
);

/** Text for after the `?`, or after what is there already. */
export const query: Arbitrary<string> = fc.oneof(
	numberText.map((text) => `by=${escape(text)}`),
	numberText.map((text) => `limit=${escape(text)}`),
	fc.constantFrom(
		..."by by= by=1&by=2 by[]=1 BY=3 b%79=2 by=%31 by=%ff by=1%00 by=+1 by=1;by=2 & = && ?by=2 by=1#x read= read=exact read=EXACT read=kv&read=exact read=__proto__ read%00=kv limit=1&limit=2 limit=-1 limit=10001 cursor= cursor=YQ cursor=YQ== cursor=%00 cursor=_w cursor=4pyTIA cursor=!! cursor=YQ&limit=1 __proto__=1 constructor=1 .=1 ..=1 a=1&%2e%2E=1 a=1&fbclid=x a=1&utm_source=2 utm_id=1 key=a key=a&key=b key= key=%ff key=1&a=1 color=bleu color= color=red&color=x format=png label=%00 label= a=1&a=2 a=1&b=x %=1 %ff=1 a=1&%61=1 token=x access_token=x".split(
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

export const method: Arbitrary<string> = fc.constantFrom(
	..."GET HEAD POST PUT DELETE PATCH OPTIONS TRACE CONNECT PROPFIND PURGE QUERY LINK FOO get Post".split(
		" ",
	),
);
