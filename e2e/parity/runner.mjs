// One process that runs the JavaScript libraries for parity.Run: commands come
// as lines of JSON on stdin, and each is answered by one line on stdout.
//
//	{"do":"open","with":{"lib":"amplify","pool":{…},"storage":{…},"ahead":0}}  a new client, as after a start of the program
//	{"do":"signIn","with":{…}}                                                  a function of the library
//	{"do":"edit","with":{"set":{…},"remove":[…]}}                               somebody changes the storage
//	{"do":"ahead","with":{"ms":…}}                                              how far this client's clock is ahead
//	{"do":"offline","with":{"is":true}}                                         the way to the service is cut
//
// An answer holds the result or the error, the events, the calls at the service
// and the storage as it is now.
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { Script } from 'node:vm';
import { openAmplify } from './amplify.mjs';
import { openIdentity } from './identity.mjs';
import { setAhead, traffic } from './world.mjs';

const require = createRequire(import.meta.url);
const libraries = { amplify: openAmplify, identity: openIdentity };

let client; // the client at work
let storage = new Map();

// A file is read and compiled once, and run for each client.
const scripts = new Map();
Module._extensions['.js'] = (module, filename) => {
	let script = scripts.get(filename);
	if (!script) {
		script = new Script(Module.wrap(readFileSync(filename, 'utf8')), { filename });
		scripts.set(filename, script);
	}
	const { exports, path } = module;
	script.runInThisContext().call(exports, exports, (name) => module.require(name), module, filename, path);
};

// fresh forgets every module, so that a client finds none of another's state.
function fresh() {
	for (const path of Object.keys(require.cache)) delete require.cache[path];
	return require;
}

function open({ lib, pool, storage: items, ahead }) {
	client?.close();
	storage = new Map(Object.entries(items ?? {}));
	setAhead(ahead);
	traffic.offline = false;
	client = libraries[lib](fresh(), pool, storage);
}

const own = {
	open,
	edit({ set = {}, remove = [] }) {
		for (const [key, value] of Object.entries(set)) storage.set(key, value);
		for (const key of remove) storage.delete(key);
	},
	ahead: ({ ms }) => setAhead(ms),
	offline: ({ is }) => void (traffic.offline = is),
};

async function answer({ do: name, with: input = {} }) {
	traffic.calls = [];
	const reply = {};
	try {
		reply.result = await (own[name] ? own[name](input) : client.call(name, input));
	} catch (err) {
		reply.error = client.failure(err);
	}
	await new Promise((resolve) => setImmediate(resolve)); // what was not awaited
	return { ...reply, events: client.events.splice(0), calls: traffic.calls, storage: Object.fromEntries(storage) };
}

for await (const line of createInterface({ input: process.stdin })) {
	process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
