// aws-jwt-verify v5's JwtVerifier, on our own issuer and keys. Its default
// fetcher speaks https only; a fetcher is a documented option.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import * as lib from './lib.mjs';

const issuer = `${lib.endpoint}/${lib.poolId}`;

// httpFetcher counts how often the keys were fetched.
const httpFetcher = {
	fetches: 0,
	async fetch(uri) {
		this.fetches++;
		const res = await fetch(uri);
		assert.equal(res.status, 200);
		return res.arrayBuffer();
	},
};

const verifier = (options) =>
	JwtVerifier.create({ issuer, ...options }, { jwksCache: new SimpleJwksCache({ fetcher: httpFetcher }) });

const idVerifier = verifier({ audience: lib.clientId });
const accessVerifier = verifier({ audience: null, scope: 'aws.cognito.signin.user.admin' });

let username, tokens;
before(async () => {
	username = await lib.confirmedUser();
	tokens = await lib.signIn(username);
});

test('an ID token is verified', async () => {
	const payload = await idVerifier.verify(tokens.IdToken);
	assert.equal(payload.token_use, 'id');
	assert.equal(payload.email, username);
	assert.equal(payload.email_verified, true);
	assert.equal(payload['cognito:username'], payload.sub);
});

test('an access token is verified', async () => {
	const payload = await accessVerifier.verify(tokens.AccessToken);
	assert.equal(payload.token_use, 'access');
	assert.equal(payload.client_id, lib.clientId);
	assert.equal(payload.exp - payload.iat, 3600);
});

test('the keys are fetched once and kept', async () => {
	const own = verifier({ audience: null });
	const before = httpFetcher.fetches;
	await own.verify(tokens.AccessToken);
	await own.verify(tokens.IdToken); // signed by the other key of the same set
	assert.equal(httpFetcher.fetches, before + 1);
});

test('a token changed by one character is refused', async () => {
	await assert.rejects(accessVerifier.verify(lib.altered(tokens.AccessToken, 2)), /signature/i);
	for (const part of [0, 1]) {
		await assert.rejects(accessVerifier.verify(lib.altered(tokens.AccessToken, part)));
		await assert.rejects(idVerifier.verify(lib.altered(tokens.IdToken, part)));
	}
});

test('a token of another client is refused', async () => {
	const other = verifier({ audience: 'another' });
	await assert.rejects(other.verify(tokens.IdToken), /Audience not allowed/);
});

test('the discovery document leads to the same keys', async () => {
	const res = await fetch(`${issuer}/.well-known/openid-configuration`);
	assert.equal(res.status, 200);
	const document = await res.json();
	assert.equal(document.issuer, issuer);
	assert.deepEqual(document.id_token_signing_alg_values_supported, ['RS256']);
	assert.deepEqual(await (await fetch(document.jwks_uri)).json(), await lib.jwks());
});
