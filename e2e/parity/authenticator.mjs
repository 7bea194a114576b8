// A software authenticator for a process without a browser: what Amplify looks
// for in one is there while a client is open that has passkeys. Its page is one of
// localhost.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const origin = 'http://localhost';

class PublicKeyCredential {
	constructor(id, response) {
		Object.assign(this, { id: id.toString('base64url'), rawId: buffer(id), type: 'public-key', authenticatorAttachment: 'platform', response });
	}
	getClientExtensionResults() {
		return {};
	}
}
class AuthenticatorAttestationResponse {
	getTransports = () => ['internal'];
	getPublicKeyAlgorithm = () => -7;
	getAuthenticatorData = () => this.authenticatorData;
	getPublicKey = () => this.publicKey;
}
class AuthenticatorAssertionResponse {}

const buffer = (bytes) => new Uint8Array(bytes).buffer;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const failed = (name) => Object.assign(new Error('the authenticator is told to fail'), { name });

// head is the beginning of an item of CBOR.
const head = (major, n) => (n < 24 ? Buffer.from([(major << 5) | n]) : n < 256 ? Buffer.from([(major << 5) | 24, n]) : Buffer.from([(major << 5) | 25, n >> 8, n & 255]));
const bytesOf = (b) => Buffer.concat([head(2, b.length), b]);
const textOf = (s) => Buffer.concat([head(3, s.length), Buffer.from(s)]);

const clientData = (type, challenge) =>
	Buffer.from(JSON.stringify({ type, challenge: Buffer.from(challenge).toString('base64url'), origin, crossOrigin: false }));

// authenticatorData says that the user was there and was verified.
function authenticatorData(rpId, count, attested) {
	const counter = Buffer.alloc(4);
	counter.writeUInt32BE(count);
	return Buffer.concat([sha256(rpId), Buffer.from([attested ? 0x45 : 0x05]), counter, attested ?? Buffer.alloc(0)]);
}

// newCredential is a key and what the service is told of it.
function newCredential({ rp, user }) {
	const id = randomBytes(16);
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const { x, y } = publicKey.export({ format: 'jwk' });
	const [X, Y] = [x, y].map((text) => bytesOf(Buffer.from(text, 'base64url')));
	const cose = Buffer.concat([Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]), X, Buffer.from([0x22]), Y]);
	const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
	return { id, privateKey, publicKey, rpId: rp.id, userId: Buffer.from(user.id), data: authenticatorData(rp.id, 0, attested), count: 0 };
}

class Authenticator {
	credentials = [];
	fails = null; // the name of an error, for the next ceremony

	obey({ fails, forget }) {
		this.fails = fails ?? null;
		if (forget) this.credentials = [];
	}

	begin() {
		const name = this.fails;
		this.fails = null;
		if (name) throw failed(name);
	}

	async create({ publicKey: options }) {
		this.begin();
		const excluded = (options.excludeCredentials ?? []).map(({ id }) => Buffer.from(id).toString('hex'));
		if (this.credentials.some(({ id }) => excluded.includes(id.toString('hex')))) throw failed('InvalidStateError');
		const made = newCredential(options);
		this.credentials.push(made);
		const object = Buffer.concat([head(5, 3), textOf('fmt'), textOf('none'), textOf('attStmt'), head(5, 0), textOf('authData'), bytesOf(made.data)]);
		return new PublicKeyCredential(made.id, Object.assign(new AuthenticatorAttestationResponse(), {
			clientDataJSON: buffer(clientData('webauthn.create', options.challenge)),
			attestationObject: buffer(object),
			authenticatorData: buffer(made.data),
			publicKey: buffer(made.publicKey.export({ format: 'der', type: 'spki' })),
		}));
	}

	async get({ publicKey: options }) {
		this.begin();
		const allowed = (options.allowCredentials ?? []).map(({ id }) => Buffer.from(id).toString('hex'));
		const found = this.credentials.find(({ id }) => allowed.length === 0 || allowed.includes(id.toString('hex')));
		if (!found) throw failed('NotAllowedError');
		const data = authenticatorData(found.rpId, ++found.count);
		const json = clientData('webauthn.get', options.challenge);
		return new PublicKeyCredential(found.id, Object.assign(new AuthenticatorAssertionResponse(), {
			clientDataJSON: buffer(json),
			authenticatorData: buffer(data),
			signature: buffer(sign('sha256', Buffer.concat([data, sha256(json)]), found.privateKey)),
			userHandle: buffer(found.userId),
		}));
	}
}

// installAuthenticator makes this process look like a browser with passkeys.
export function installAuthenticator() {
	const authenticator = new Authenticator();
	const types = { PublicKeyCredential, AuthenticatorAttestationResponse, AuthenticatorAssertionResponse };
	Object.assign(globalThis, types);
	globalThis.window = { document: {}, isSecureContext: true, ...types, addEventListener() {}, removeEventListener() {}, location: new URL(origin) };
	Object.defineProperty(globalThis.navigator, 'credentials', { value: authenticator, configurable: true });
	authenticator.remove = () => {
		for (const name of ['window', ...Object.keys(types)]) delete globalThis[name];
		delete globalThis.navigator.credentials;
	};
	return authenticator;
}
