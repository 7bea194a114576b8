// aws-jwt-verify v5's CognitoJwtVerifier, which accepts the service's own issuer
// alone: the server runs with --issuer, and the keys are loaded beforehand.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import * as lib from './lib.mjs';

const userPoolId = lib.poolId;
const clientId = lib.clientId;
const idVerifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'id' });
const accessVerifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'access' });

let username, tokens;
before(async () => {
	username = await lib.confirmedUser();
	tokens = await lib.signIn(username);
	for (const verifier of [idVerifier, accessVerifier]) verifier.cacheJwks(await lib.jwks());
});

// The synchronous calls know only what was loaded: they cannot reach out.
test('both tokens are verified', async () => {
	const id = idVerifier.verifySync(tokens.IdToken);
	const access = accessVerifier.verifySync(tokens.AccessToken);
	const region = userPoolId.split('_')[0];
	assert.equal(id.iss, `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`);
	assert.equal(access.iss, id.iss);
	assert.equal(id.email, username);
	assert.equal(access.sub, id.sub);
	assert.equal((await idVerifier.verify(tokens.IdToken)).sub, id.sub);
});

test('one token does not pass for the other', () => {
	assert.throws(() => idVerifier.verifySync(tokens.AccessToken), /Token use not allowed/);
	assert.throws(() => accessVerifier.verifySync(tokens.IdToken), /Token use not allowed/);
});

test('a token changed by one character is refused', () => {
	assert.throws(() => accessVerifier.verifySync(lib.altered(tokens.AccessToken, 2)), /signature/i);
	assert.throws(() => idVerifier.verifySync(lib.altered(tokens.IdToken, 1)));
});

test('a refreshed token is verified too', async () => {
	const { AuthenticationResult } = await lib.refresh(tokens.RefreshToken);
	assert.equal(accessVerifier.verifySync(AuthenticationResult.AccessToken).username, idVerifier.verifySync(tokens.IdToken).sub);
	assert.equal(AuthenticationResult.RefreshToken, undefined);
});
