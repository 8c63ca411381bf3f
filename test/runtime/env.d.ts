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
		GROWN_DO: DurableObjectNamespace<import("./worker/index.ts").Grown>;
		FEW_DO: DurableObjectNamespace<import("./worker/index.ts").Few>;
		BIG_DO: DurableObjectNamespace<import("./worker/index.ts").Big>;
		PAST_DO: DurableObjectNamespace<import("./worker/index.ts").Past>;
		SEATS_DO: DurableObjectNamespace<import("./worker/index.ts").Seats>;
		QUOTA_DO: DurableObjectNamespace<import("./worker/index.ts").Quota>;
		MOVED_DO: DurableObjectNamespace<import("./worker/index.ts").Moved>;
		FAULTY_DO: DurableObjectNamespace<import("./worker/index.ts").Faulty>;
		LOGGED_DO: DurableObjectNamespace<import("./worker/index.ts").Logged>;
		LIVE_DO: DurableObjectNamespace<import("./worker/index.ts").Live>;
		UNPUBLISHABLE_DO: DurableObjectNamespace<
			import("./worker/index.ts").Unpublishable
		>;
		INCOMPLETE_DO: DurableObjectNamespace;
		ABSTRACT_DO: DurableObjectNamespace;
		CROSSING: Service<typeof import("./worker/index.ts").Crossing>;
		COUNTERS: Service<typeof import("./worker/index.ts").Counters>;
		RESETTING_COUNTERS: Service<typeof import("./worker/index.ts").Counters>;
		KV: KVNamespace;
		LIMITED: RateLimit;
		COUNTER_ADMIN_TOKEN: string;
	}
}

declare module "*.md?raw" {
	const text: string;
	export default text;
}
