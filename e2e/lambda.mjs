// A team's own Lambda: a server that answers the Invoke API, and functions.
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { buildClient, CommitmentPolicy, RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/client-node';
import * as lib from './lib.mjs';

// functions are called by name with an event, and return it. What they throw
// is reported as Lambda does.
export const functions = {};

const lambda = createServer(async (req, res) => {
	let body = '';
	for await (const chunk of req) body += chunk;
	const [, path] = req.url.match(/^\/2015-03-31\/functions\/([^/]+)\/invocations$/);
	const name = decodeURIComponent(path).split(':').at(-1);
	if (!functions[name]) {
		res.writeHead(404, { 'X-Amzn-ErrorType': 'ResourceNotFoundException' });
		return res.end(JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }));
	}
	try {
		const output = await functions[name](JSON.parse(body));
		res.end(JSON.stringify(output ?? null));
	} catch (err) {
		res.setHeader('X-Amz-Function-Error', 'Unhandled');
		res.end(JSON.stringify({ errorType: err.name, errorMessage: err.message }));
	}
});

const { hostname, port } = new URL(lib.lambdaEndpoint);
export const listen = () => new Promise((resolve) => lambda.listen(port, hostname, resolve));
export const close = () => {
	lambda.closeAllConnections();
	return new Promise((resolve) => lambda.close(resolve));
};

// serve has the functions called while the tests of a file run.
export function serve() {
	before(listen);
	after(close);
}

export const arn = (name) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

// deploy returns the LambdaConfig of a pool with functions by the names of its
// triggers.
export function deploy(title, triggers) {
	const LambdaConfig = {};
	for (const [trigger, run] of Object.entries(triggers)) {
		functions[`${title}-${trigger}`] = run;
		LambdaConfig[trigger] = arn(`${title}-${trigger}`);
	}
	return LambdaConfig;
}

// decrypted returns the code that a custom sender got. The key is the
// operator's.
export async function decrypted({ code }) {
	const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
	const keyring = new RawAesKeyringNode({
		keyNamespace: 'cenote',
		keyName: 'custom-sender',
		unencryptedMasterKey: Uint8Array.from(Buffer.from(process.env.CENOTE_SENDER_KEY, 'base64')),
		wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
	});
	const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(code, 'base64'));
	return { code: plaintext.toString(), context: { ...messageHeader.encryptionContext } };
}
