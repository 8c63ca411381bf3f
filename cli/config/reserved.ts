import { ADMIN_SECRET, TOKEN_SECRET } from "./secrets.ts";

/**
 * Class names that a namespace cannot take: those that generated code and the
 * runtime use, and globals that a class of the same name would hide from them.
 */
export const reservedClassNames: ReadonlySet<string> = new Set(
	`
	CounterDurableObject CounterClass CounterObject CounterProblem CounterSettings
	ShardStub GlobalStub ShardRole GlobalRole ShardStorage GlobalStorage Alarm
	GroupCommit KeyLedger KeyStorage KnownNames KvMemory KvReader LogStorage Outbox
	Registrar PagePublisher PageStorage PublicationStorage Publisher FanOut SingleFlight
	Attempts FailureStorage GlobalHealth RefusalStorage ShardRows Shardings
	DurableObject DurableObjectState DurableObjectStub DurableObjectNamespace
	WorkerEntrypoint RpcTarget KVNamespace ExecutionContext ExportedHandler
	Env BOTS Hono Context

	Object Function Array Map Set WeakMap WeakSet WeakRef Date Promise Proxy
	Reflect RegExp String Number Boolean Symbol BigInt Math Intl Iterator Atomics
	ArrayBuffer SharedArrayBuffer DataView Infinity NaN JSON WebAssembly
	Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError
	URIError DOMException

	Request Response Headers Body Fetcher URL URLSearchParams URLPattern FormData
	Blob File Cache CacheStorage Crypto CryptoKey WebSocket WebSocketPair
	EventSource Event EventTarget CustomEvent MessageEvent AbortController
	AbortSignal ReadableStream WritableStream TransformStream TextEncoder
	TextDecoder Performance Navigator Buffer
	`
		.trim()
		.split(/\s+/),
);

/** Words that a mount cannot start with: each is a route's first word. */
export const reservedMounts: readonly string[] = [
	"increment",
	"increments",
	"counters",
	"global",
	"shard",
];

/** Names that secrets have in `env`, which no binding can take. */
export const reservedBindings: readonly string[] = [ADMIN_SECRET, TOKEN_SECRET];
