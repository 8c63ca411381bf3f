import { define } from "./counter.ts";

define();
