// @aws-sdk/client-cognito-identity-provider v3: what a pool has beside its
// people: resource servers, domains, identity providers, secrets of clients,
// the looks of its pages, and settings that are kept and given back.
import assert from 'node:assert/strict';
import { X509Certificate, randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import {
	AddUserPoolClientSecretCommand,
	AdminDisableProviderForUserCommand,
	AdminGetUserCommand,
	AdminLinkProviderForUserCommand,
	CreateIdentityProviderCommand,
	CreateManagedLoginBrandingCommand,
	CreateResourceServerCommand,
	CreateTermsCommand,
	CreateUserPoolDomainCommand,
	DeleteIdentityProviderCommand,
	DeleteManagedLoginBrandingCommand,
	DeleteResourceServerCommand,
	DeleteTermsCommand,
	DeleteUserPoolClientCommand,
	DeleteUserPoolClientSecretCommand,
	DeleteUserPoolCommand,
	DeleteUserPoolDomainCommand,
	DescribeIdentityProviderCommand,
	DescribeManagedLoginBrandingByClientCommand,
	DescribeManagedLoginBrandingCommand,
	DescribeResourceServerCommand,
	DescribeRiskConfigurationCommand,
	DescribeTermsByClientCommand,
	DescribeTermsCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	DescribeUserPoolDomainCommand,
	GetIdentityProviderByIdentifierCommand,
	GetLogDeliveryConfigurationCommand,
	GetSigningCertificateCommand,
	GetUICustomizationCommand,
	GetUserPoolClientSessionConfigurationCommand,
	GetUserPoolMfaConfigCommand,
	GetUserPoolSessionConfigurationCommand,
	InitiateAuthCommand,
	ListTermsCommand,
	ListUserPoolClientSecretsCommand,
	paginateListIdentityProviders,
	paginateListResourceServers,
	SetLogDeliveryConfigurationCommand,
	SetRiskConfigurationCommand,
	SetUICustomizationCommand,
	SetUserPoolClientSessionConfigurationCommand,
	SetUserPoolMfaConfigCommand,
	SetUserPoolSessionConfigurationCommand,
	UpdateIdentityProviderCommand,
	UpdateManagedLoginBrandingCommand,
	UpdateResourceServerCommand,
	UpdateTermsCommand,
	UpdateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { byApp, byMail, bySMS, newPool, ownSender, secretHash } from './pool.mjs';

const png = Buffer.concat([Buffer.from([0x89]), Buffer.from('PNG\r\n\x1a\nand more', 'latin1')]);
const missing = { name: 'ResourceNotFoundException' };
const invalid = { name: 'InvalidParameterException' };
const notYet = { name: 'NotImplementedException' };

// fresh is a name that no other run of the tests has taken.
const fresh = (name) => `${name}-${randomUUID().slice(0, 8)}`;

async function all(pages, member) {
	const list = [];
	for await (const page of pages) list.push(...(page[member] ?? []));
	return list;
}

describe('resource servers', () => {
	const Identifier = 'https://photos.example.com';
	let pool;
	before(async () => (pool = await newPool()));

	test('one is made, read, replaced and deleted, and clients may have its scopes meanwhile', async () => {
		const Scopes = [
			{ ScopeName: 'read', ScopeDescription: 'see them' },
			{ ScopeName: 'write', ScopeDescription: 'add some' },
		];
		const robot = (scope) =>
			pool.newClient({
				GenerateSecret: true,
				AllowedOAuthFlows: ['client_credentials'],
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthScopes: [`${Identifier}/${scope}`],
			});
		await assert.rejects(robot('read'), { name: 'ScopeDoesNotExistException' });
		const made = await pool.send(CreateResourceServerCommand, { Identifier, Name: 'Photos', Scopes });
		assert.deepEqual(made.ResourceServer, { UserPoolId: pool.UserPoolId, Identifier, Name: 'Photos', Scopes });
		const read = await pool.send(DescribeResourceServerCommand, { Identifier });
		assert.deepEqual(read.ResourceServer, made.ResourceServer);
		assert.deepEqual((await robot('read')).AllowedOAuthScopes, [`${Identifier}/read`]);

		await pool.send(UpdateResourceServerCommand, { Identifier, Name: 'Pictures', Scopes: Scopes.slice(0, 1) });
		const { ResourceServer } = await pool.send(DescribeResourceServerCommand, { Identifier });
		assert.deepEqual([ResourceServer.Name, ResourceServer.Scopes], ['Pictures', Scopes.slice(0, 1)]);
		await assert.rejects(robot('write'), { name: 'ScopeDoesNotExistException' });

		await assert.rejects(pool.send(CreateResourceServerCommand, { Identifier, Name: 'Photos' }), {
			...invalid,
			message: `${Identifier} already exists in user pool ${pool.UserPoolId}.`,
		});
		await pool.send(DeleteResourceServerCommand, { Identifier });
		await assert.rejects(pool.send(DescribeResourceServerCommand, { Identifier }), {
			...missing,
			message: `Resource server ${Identifier} does not exist.`,
		});
	});

	test('there are 25 at the most, listed in pages', async () => {
		const { UserPoolId, send, sdk } = await newPool();
		const names = Array.from({ length: 25 }, (_, i) => `api${String(i).padStart(2, '0')}`);
		for (const name of names) await send(CreateResourceServerCommand, { Identifier: name, Name: name });
		await assert.rejects(send(CreateResourceServerCommand, { Identifier: 'more', Name: 'more' }), {
			name: 'LimitExceededException',
		});
		const pages = paginateListResourceServers({ client: sdk, pageSize: 10 }, { UserPoolId });
		assert.deepEqual((await all(pages, 'ResourceServers')).map((r) => r.Identifier), names);
	});
});

describe('domains', () => {
	const CustomDomainConfig = { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/abc' };

	test('a prefix and a custom domain are shown with their pool, and keep it from being deleted', async () => {
		const pool = await newPool();
		const [prefix, host] = [fresh('staff'), `${fresh('auth')}.example.com`];
		const made = await pool.send(CreateUserPoolDomainCommand, { Domain: prefix });
		assert.deepEqual([made.ManagedLoginVersion, made.CloudFrontDomain], [1, undefined]);
		const custom = await pool.send(CreateUserPoolDomainCommand, { Domain: host, CustomDomainConfig, ManagedLoginVersion: 2 });
		assert.ok(custom.CloudFrontDomain);
		await pool.send(UpdateUserPoolDomainCommand, { Domain: prefix, ManagedLoginVersion: 2 });

		const { UserPool } = await pool.send(DescribeUserPoolCommand);
		assert.deepEqual([UserPool.Domain, UserPool.CustomDomain], [prefix, host]);
		const look = async (Domain) => (await pool.send(DescribeUserPoolDomainCommand, { Domain })).DomainDescription;
		const shown = await look(host);
		assert.deepEqual(
			[shown.UserPoolId, shown.Status, shown.ManagedLoginVersion, shown.CustomDomainConfig.CertificateArn],
			[pool.UserPoolId, 'ACTIVE', 2, CustomDomainConfig.CertificateArn],
		);
		assert.equal((await look(prefix)).ManagedLoginVersion, 2);

		const other = await newPool();
		await assert.rejects(other.send(CreateUserPoolDomainCommand, { Domain: prefix }), {
			...invalid,
			message: 'Domain already associated with another user pool.',
		});
		await assert.rejects(pool.send(DeleteUserPoolCommand), {
			...invalid,
			message: 'User pool cannot be deleted. It has a domain configured that should be deleted first.',
		});
		for (const Domain of [prefix, host]) await pool.send(DeleteUserPoolDomainCommand, { Domain });
		assert.deepEqual(await look(prefix), {});
		await other.send(CreateUserPoolDomainCommand, { Domain: prefix });
		await pool.send(DeleteUserPoolCommand);
	});

	test('names that nobody can have are refused', async () => {
		const pool = await newPool();
		for (const Domain of ['my-cognito', 'amazonas', '-staff', 'auth.example.com'])
			await assert.rejects(pool.send(CreateUserPoolDomainCommand, { Domain }), invalid);
	});
});

describe('identity providers', () => {
	let pool;
	const google = {
		ProviderName: 'Google',
		ProviderType: 'Google',
		ProviderDetails: { client_id: 'g', client_secret: 'tulip-secret', authorize_scopes: 'email openid' },
	};
	const okta = {
		ProviderName: 'Okta',
		ProviderType: 'OIDC',
		ProviderDetails: {
			client_id: 'o',
			client_secret: 'rose-secret',
			authorize_scopes: 'openid',
			attributes_request_method: 'GET',
			oidc_issuer: 'https://okta.example.com',
		},
		AttributeMapping: { email: 'mail' },
		IdpIdentifiers: ['okta.example.com'],
	};
	before(async () => (pool = await newPool()));

	test('one of each kind is made, found by its identifier, changed and deleted', async () => {
		await assert.rejects(pool.newClient({ SupportedIdentityProviders: ['Google'] }), {
			...invalid,
			message: `The provider Google does not exist for User Pool ${pool.UserPoolId}.`,
		});
		for (const wish of [google, okta]) await pool.send(CreateIdentityProviderCommand, wish);
		await assert.rejects(pool.send(CreateIdentityProviderCommand, google), {
			name: 'DuplicateProviderException',
			message: 'A provider with the name Google already exists in the User Pool.',
		});
		const client = await pool.newClient({ SupportedIdentityProviders: ['COGNITO', 'Google'] });
		assert.deepEqual(client.SupportedIdentityProviders, ['COGNITO', 'Google']);

		const { IdentityProvider } = await pool.send(DescribeIdentityProviderCommand, { ProviderName: 'Google' });
		assert.equal(IdentityProvider.ProviderDetails.client_secret, 'tulip-secret');
		assert.equal(IdentityProvider.ProviderDetails.token_url, 'https://www.googleapis.com/oauth2/v4/token');
		assert.deepEqual(IdentityProvider.AttributeMapping, { username: 'sub' });
		const found = await pool.send(GetIdentityProviderByIdentifierCommand, { IdpIdentifier: 'okta.example.com' });
		assert.equal(found.IdentityProvider.ProviderName, 'Okta');

		await pool.send(UpdateIdentityProviderCommand, { ProviderName: 'Okta', IdpIdentifiers: ['corp'] });
		const changed = await pool.send(GetIdentityProviderByIdentifierCommand, { IdpIdentifier: 'corp' });
		assert.deepEqual(changed.IdentityProvider.ProviderDetails.client_secret, 'rose-secret');
		await assert.rejects(pool.send(GetIdentityProviderByIdentifierCommand, { IdpIdentifier: 'okta.example.com' }), missing);

		const list = paginateListIdentityProviders({ client: pool.sdk, pageSize: 1 }, { UserPoolId: pool.UserPoolId });
		assert.deepEqual((await all(list, 'Providers')).map((p) => p.ProviderName), ['Google', 'Okta']);
		await pool.send(DeleteIdentityProviderCommand, { ProviderName: 'Okta' });
		await assert.rejects(pool.send(DescribeIdentityProviderCommand, { ProviderName: 'Okta' }), missing);
	});

	test('details that cannot work are refused', async () => {
		const { client_secret, ...without } = google.ProviderDetails;
		await assert.rejects(
			pool.send(CreateIdentityProviderCommand, { ...google, ProviderDetails: without }),
			invalid,
		);
		const SAML = { ProviderName: 'Corp', ProviderType: 'SAML' };
		for (const ProviderDetails of [{}, { MetadataURL: 'http://idp.example.com' }, { MetadataFile: '<html/>' }])
			await assert.rejects(pool.send(CreateIdentityProviderCommand, { ...SAML, ProviderDetails }), invalid);
	});

	test('an identity stands for a user, in tokens too, until it is unlinked', async () => {
		const { UserPoolId, ClientId, send, sdk, add } = await newPool();
		await send(CreateIdentityProviderCommand, google);
		await add('ada');
		const SourceUser = { ProviderName: 'Google', ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: '117' };
		const link = (name) =>
			send(AdminLinkProviderForUserCommand, {
				DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: name },
				SourceUser,
			});
		await link('ada');
		await assert.rejects(link('ada'), { ...invalid, message: 'SourceUser is already linked to DestinationUser' });
		await assert.rejects(link('nobody'), { name: 'UserNotFoundException' });

		const identities = async () => {
			const { UserAttributes } = await send(AdminGetUserCommand, { Username: 'ada' });
			return JSON.parse(UserAttributes.find((a) => a.Name === 'identities')?.Value ?? '[]');
		};
		const [one] = await identities();
		assert.deepEqual([one.providerName, one.userId], ['Google', '117']);
		const { AuthenticationResult } = await sdk.send(
			new InitiateAuthCommand({
				ClientId,
				AuthFlow: 'USER_PASSWORD_AUTH',
				AuthParameters: { USERNAME: 'ada', PASSWORD: lib.password },
			}),
		);
		assert.equal(lib.claims(AuthenticationResult.IdToken).identities[0].userId, '117');
		await send(AdminDisableProviderForUserCommand, { User: SourceUser });
		assert.deepEqual(await identities(), []);

		// Without the native provider there is no password.
		await send(AdminDisableProviderForUserCommand, {
			User: { ProviderName: 'Cognito', ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: 'ada' },
		});
		await assert.rejects(
			sdk.send(
				new InitiateAuthCommand({
					ClientId,
					AuthFlow: 'USER_PASSWORD_AUTH',
					AuthParameters: { USERNAME: 'ada', PASSWORD: lib.password },
				}),
			),
			{ name: 'NotAuthorizedException' },
		);
		assert.ok(UserPoolId);
	});
});

test('while a client exchanges its secret, the old and the new one are good', async () => {
	const pool = await newPool({}, { GenerateSecret: true });
	await pool.add('ada');
	const { ClientId } = pool;
	const signIn = (ClientSecret) =>
		pool.sdk.send(
			new InitiateAuthCommand({
				ClientId,
				AuthFlow: 'USER_PASSWORD_AUTH',
				AuthParameters: {
					USERNAME: 'ada',
					PASSWORD: lib.password,
					SECRET_HASH: secretHash({ ClientId, ClientSecret }, 'ada'),
				},
			}),
		);
	const first = pool.client.ClientSecret;
	const added = (await pool.send(AddUserPoolClientSecretCommand, { ClientId })).ClientSecretDescriptor;
	const second = added.ClientSecretValue;
	await signIn(first);
	await signIn(second);
	await assert.rejects(pool.send(AddUserPoolClientSecretCommand, { ClientId }), { name: 'LimitExceededException' });

	const list = async () => (await pool.send(ListUserPoolClientSecretsCommand, { ClientId })).ClientSecrets;
	const [old, fresh] = await list();
	assert.equal(fresh.ClientSecretId, added.ClientSecretId);
	assert.ok([old, fresh].every((s) => s.ClientSecretValue === undefined && s.ClientSecretCreateDate instanceof Date));
	await pool.send(DeleteUserPoolClientSecretCommand, { ClientId, ClientSecretId: old.ClientSecretId });
	await signIn(second);
	await assert.rejects(signIn(first), { name: 'NotAuthorizedException', message: `Unable to verify secret hash for client ${ClientId}` });
	assert.deepEqual((await list()).map((s) => s.ClientSecretId), [fresh.ClientSecretId]);
	await assert.rejects(
		pool.send(DeleteUserPoolClientSecretCommand, { ClientId, ClientSecretId: fresh.ClientSecretId }),
		invalid,
	);
	const { UserPoolClient } = await pool.send(DescribeUserPoolClientCommand, { ClientId });
	assert.equal(UserPoolClient.ClientSecret, second);
});

describe('the looks of pages', () => {
	let pool;
	before(async () => {
		pool = await newPool();
		await pool.send(CreateUserPoolDomainCommand, { Domain: fresh('looks') });
	});

	test('of version 1: a style for all clients, and one for a client', async () => {
		const CSS = '.banner-customizable { background-color: gold; }';
		const { ClientId } = pool;
		await pool.send(SetUICustomizationCommand, { CSS });
		const look = async (ClientId) => (await pool.send(GetUICustomizationCommand, { ClientId })).UICustomization;
		assert.deepEqual([(await look(ClientId)).ClientId, (await look(ClientId)).CSS], ['ALL', CSS]);
		await pool.send(SetUICustomizationCommand, { ClientId, ImageFile: png });
		const own = await look(ClientId);
		assert.equal(own.ClientId, ClientId);
		assert.deepEqual(Buffer.from(await (await fetch(own.ImageUrl)).arrayBuffer()), png);
		await assert.rejects(pool.send(SetUICustomizationCommand, { CSS: 'body { color: red; }' }), invalid);
		await assert.rejects(pool.send(SetUICustomizationCommand, { ImageFile: Buffer.from('hello') }), invalid);
	});

	test('of version 2: one style a client, with settings and images', async () => {
		const { ClientId } = pool;
		const Settings = { categories: { form: { displayGraphics: true, sizes: [1, 2.5, null] } } };
		const Assets = [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: png }];
		const made = await pool.send(CreateManagedLoginBrandingCommand, { ClientId, Settings, Assets });
		const { ManagedLoginBrandingId } = made.ManagedLoginBranding;
		await assert.rejects(pool.send(CreateManagedLoginBrandingCommand, { ClientId }), {
			name: 'ManagedLoginBrandingExistsException',
		});
		const read = await pool.send(DescribeManagedLoginBrandingByClientCommand, { ClientId });
		assert.deepEqual(read.ManagedLoginBranding.Settings, Settings);
		assert.deepEqual(Buffer.from(read.ManagedLoginBranding.Assets[0].Bytes), png);
		await pool.send(UpdateManagedLoginBrandingCommand, { ManagedLoginBrandingId, UseCognitoProvidedValues: true });
		const { ManagedLoginBranding } = await pool.send(DescribeManagedLoginBrandingCommand, { ManagedLoginBrandingId });
		assert.deepEqual([ManagedLoginBranding.UseCognitoProvidedValues, ManagedLoginBranding.Assets], [true, undefined]);
		await pool.send(DeleteManagedLoginBrandingCommand, { ManagedLoginBrandingId });
		await assert.rejects(pool.send(DescribeManagedLoginBrandingCommand, { ManagedLoginBrandingId }), missing);
	});

	test('terms belong to a client and go with it', async () => {
		const { ClientId } = await pool.newClient();
		const Links = { 'cognito:default': 'https://example.com/terms', 'cognito:german': 'https://example.com/agb' };
		const wish = { ClientId, TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE', Links };
		const { Terms } = await pool.send(CreateTermsCommand, wish);
		await assert.rejects(pool.send(CreateTermsCommand, wish), { name: 'TermsExistsException' });
		const { TermsId } = Terms;
		assert.deepEqual((await pool.send(DescribeTermsCommand, { TermsId })).Terms.Links, Links);
		const other = { 'cognito:default': 'https://example.com/other' };
		await pool.send(UpdateTermsCommand, { TermsId, Links: other });
		const byClient = await pool.send(DescribeTermsByClientCommand, { ClientId, TermsName: 'terms-of-use' });
		assert.deepEqual(byClient.Terms.Links, other);
		const list = async () => (await pool.send(ListTermsCommand)).Terms.map((t) => t.TermsId);
		assert.deepEqual(await list(), [TermsId]);
		await pool.send(DeleteTermsCommand, { TermsId });
		assert.deepEqual(await list(), []);
		await pool.send(CreateTermsCommand, wish);
		await pool.send(DeleteUserPoolClientCommand, { ClientId });
		assert.deepEqual(await list(), []);
	});
});

describe('settings that are kept', () => {
	let pool;
	before(async () => (pool = await newPool()));

	test('passkeys', async () => {
		assert.equal((await pool.send(GetUserPoolMfaConfigCommand)).MfaConfiguration, 'OFF');
		const WebAuthnConfiguration = { RelyingPartyId: 'auth.example.com', UserVerification: 'required' };
		await pool.send(SetUserPoolMfaConfigCommand, { MfaConfiguration: 'OFF', WebAuthnConfiguration });
		const now = await pool.send(GetUserPoolMfaConfigCommand);
		assert.deepEqual(now.WebAuthnConfiguration, WebAuthnConfiguration);
	});

	test('second factors, and none that nobody could give', async () => {
		const none = { MfaConfiguration: 'ON', ...byApp, SoftwareTokenMfaConfiguration: { Enabled: false } };
		await assert.rejects(pool.send(SetUserPoolMfaConfigCommand, none), invalid);
		await assert.rejects(pool.askFor('ON', { SmsMfaConfiguration: {} }), invalid);
		assert.equal((await pool.send(GetUserPoolMfaConfigCommand)).MfaConfiguration, 'OFF');

		const sending = await newPool(ownSender);
		const SmsMfaConfiguration = { ...bySMS.SmsMfaConfiguration, SmsAuthenticationMessage: 'Your code: {####}' };
		const { $metadata, ...set } = await sending.askFor('OPTIONAL', { SmsMfaConfiguration }, byMail, byApp);
		assert.deepEqual(set, { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration, ...byMail, ...byApp });
		const { $metadata: other, ...kept } = await sending.send(GetUserPoolMfaConfigCommand);
		assert.deepEqual(kept, set);
		assert.equal((await sending.send(DescribeUserPoolCommand)).UserPool.MfaConfiguration, 'OPTIONAL');
	});

	test('where logs go', async () => {
		const LogConfigurations = [
			{
				LogLevel: 'ERROR',
				EventSource: 'userNotification',
				CloudWatchLogsConfiguration: { LogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:cognito' },
			},
		];
		await pool.send(SetLogDeliveryConfigurationCommand, { LogConfigurations });
		const { LogDeliveryConfiguration } = await pool.send(GetLogDeliveryConfigurationCommand);
		assert.deepEqual(LogDeliveryConfiguration, { UserPoolId: pool.UserPoolId, LogConfigurations });
		await assert.rejects(
			pool.send(SetLogDeliveryConfigurationCommand, {
				LogConfigurations: [{ ...LogConfigurations[0], EventSource: 'userAuthEvents', LogLevel: 'INFO' }],
			}),
			{ name: 'FeatureUnavailableInTierException' },
		);
	});

	test('risk rules of a pool and of a client, where risk is looked at', async () => {
		const before = await pool.send(DescribeRiskConfigurationCommand);
		assert.deepEqual(before.RiskConfiguration, { UserPoolId: pool.UserPoolId });
		const RiskExceptionConfiguration = { BlockedIPRangeList: ['192.0.2.0/24'], SkippedIPRangeList: ['192.0.2.1/32'] };
		const rules = { RiskExceptionConfiguration };
		await assert.rejects(pool.send(SetRiskConfigurationCommand, rules), { name: 'UserPoolAddOnNotEnabledException' });

		const watched = await newPool({ UserPoolTier: 'PLUS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } });
		const { ClientId } = watched;
		await watched.send(SetRiskConfigurationCommand, { ClientId, ...rules });
		const { RiskConfiguration } = await watched.send(DescribeRiskConfigurationCommand, { ClientId });
		assert.deepEqual(RiskConfiguration.RiskExceptionConfiguration, RiskExceptionConfiguration);
		const ofPool = await watched.send(DescribeRiskConfigurationCommand);
		assert.equal(ofPool.RiskConfiguration.RiskExceptionConfiguration, undefined);
		// Nobody has given this server a list of passwords.
		const known = { CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'BLOCK' } } };
		await assert.rejects(watched.send(SetRiskConfigurationCommand, known));
	});

	test('sessions, counted or not', async () => {
		const start = await pool.send(GetUserPoolSessionConfigurationCommand);
		assert.deepEqual([start.UserSessionTracking, start.TokenSession.MaxPerUser], ['DISABLED', 20]);
		const wish = { UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 3 } };
		await pool.send(SetUserPoolSessionConfigurationCommand, wish);
		assert.equal((await pool.send(GetUserPoolSessionConfigurationCommand)).TokenSession.MaxPerUser, 3);
		const { ClientId } = pool;
		const page = await pool.send(GetUserPoolClientSessionConfigurationCommand, { ClientId });
		assert.equal(page.SSOSession.MaxValidityMinutes, 60);
		const SSOSession = { MaxValidityMinutes: 5 };
		await assert.rejects(pool.send(SetUserPoolClientSessionConfigurationCommand, { ClientId, SSOSession }), {
			name: 'OperationNotEnabledException',
		});
		await pool.send(SetUserPoolSessionConfigurationCommand, { ...wish, UserSessionTracking: 'ENABLED' });
		assert.equal((await pool.send(GetUserPoolSessionConfigurationCommand)).UserSessionTracking, 'ENABLED');
		await pool.send(SetUserPoolClientSessionConfigurationCommand, { ClientId, SSOSession });
		const kept = await pool.send(GetUserPoolClientSessionConfigurationCommand, { ClientId });
		assert.equal(kept.SSOSession.MaxValidityMinutes, 5);
	});

	test('a certificate of a key of its own', async () => {
		const { Certificate } = await pool.send(GetSigningCertificateCommand);
		const parsed = new X509Certificate(Buffer.from(Certificate, 'base64'));
		assert.ok(parsed.verify(parsed.publicKey));
		assert.equal((await pool.send(GetSigningCertificateCommand)).Certificate, Certificate);
	});
});
