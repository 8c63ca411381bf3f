declare namespace Cloudflare {
	interface GlobalProps {
		mainModule: typeof import("./worker/index.ts");
	}
	interface Env {
		METRICS_DO: DurableObjectNamespace<import("./worker/index.ts").Metrics>;
		VOTES_DO: DurableObjectNamespace<import("./worker/index.ts").Votes>;
		TIMED_DO: DurableObjectNamespace<import("./worker/index.ts").Timed>;
		MANUAL_DO: DurableObjectNamespace<import("./worker/index.ts").Manual>;
		SHRUNK_DO: DurableObjectNamespace<import("./worker/index.ts").Shrunk>;
		INCOMPLETE_DO: DurableObjectNamespace;
		ABSTRACT_DO: DurableObjectNamespace;
		KV: KVNamespace;
		COUNTER_ADMIN_TOKEN: string;
	}
}
