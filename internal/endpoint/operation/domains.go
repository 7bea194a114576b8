package operation

import (
	"context"
	"strconv"

	"github.com/cenote-auth/cenote/internal/api"
	"github.com/cenote-auth/cenote/internal/flow/admin"
	"github.com/cenote-auth/cenote/internal/pool"
)

// CreateUserPoolDomain gives a user pool a domain.
func (o *Operations) CreateUserPoolDomain(ctx context.Context, in *api.CreateUserPoolDomainRequest) (*api.CreateUserPoolDomainResponse, error) {
	w := domainWish(in.CustomDomainConfig)
	w.PoolID, w.Name, w.LoginVersion, w.Routing = in.UserPoolId, in.Domain, value(in.ManagedLoginVersion), in.Routing != nil
	d, err := o.settings.Domains.Create(ctx, w)
	if err != nil {
		return nil, err
	}
	return &api.CreateUserPoolDomainResponse{ManagedLoginVersion: &d.LoginVersion, CloudFrontDomain: ptr[string](o.leads(d))}, nil
}

// UpdateUserPoolDomain changes a domain of a user pool.
func (o *Operations) UpdateUserPoolDomain(ctx context.Context, in *api.UpdateUserPoolDomainRequest) (*api.UpdateUserPoolDomainResponse, error) {
	w := domainWish(in.CustomDomainConfig)
	w.PoolID, w.Name, w.LoginVersion, w.Routing = in.UserPoolId, in.Domain, value(in.ManagedLoginVersion), in.Routing != nil
	d, err := o.settings.Domains.Update(ctx, w)
	if err != nil {
		return nil, err
	}
	return &api.UpdateUserPoolDomainResponse{ManagedLoginVersion: &d.LoginVersion, CloudFrontDomain: ptr[string](o.leads(d))}, nil
}

// DescribeUserPoolDomain shows a domain of any user pool; one that nobody has
// is shown empty.
func (o *Operations) DescribeUserPoolDomain(ctx context.Context, in *api.DescribeUserPoolDomainRequest) (*api.DescribeUserPoolDomainResponse, error) {
	d, p, found, err := o.settings.Domains.Describe(ctx, in.Domain)
	if err != nil {
		return nil, err
	}
	if !found {
		return &api.DescribeUserPoolDomainResponse{DomainDescription: &api.DomainDescriptionType{}}, nil
	}
	out := &api.DomainDescriptionType{
		UserPoolId: &p.ID, AWSAccountId: ptr[string](o.settings.Domains.AccountID()), Domain: &d.Name,
		CloudFrontDistribution: ptr[string](o.settings.Domains.Target()), Version: new(strconv.FormatInt(d.Modified.UnixMilli(), 10)),
		Status: new(api.DomainStatusType("ACTIVE")), ManagedLoginVersion: &d.LoginVersion,
	}
	if d.Custom {
		out.CustomDomainConfig = &api.CustomDomainConfigType{
			CertificateArn: d.CertificateARN, SecurityPolicy: ptr[api.SecurityPolicyType](d.SecurityPolicy),
		}
	}
	return &api.DescribeUserPoolDomainResponse{DomainDescription: out}, nil
}

// DeleteUserPoolDomain takes a domain from a user pool.
func (o *Operations) DeleteUserPoolDomain(ctx context.Context, in *api.DeleteUserPoolDomainRequest) (*api.DeleteUserPoolDomainResponse, error) {
	if err := o.settings.Domains.Delete(ctx, in.UserPoolId, in.Domain); err != nil {
		return nil, err
	}
	return &api.DeleteUserPoolDomainResponse{}, nil
}

func domainWish(custom *api.CustomDomainConfigType) admin.DomainWish {
	if custom == nil {
		return admin.DomainWish{}
	}
	return admin.DomainWish{Custom: true, CertificateARN: custom.CertificateArn, SecurityPolicy: str(custom.SecurityPolicy)}
}

// leads returns where the name of a custom domain has to lead, and "" for a
// prefix.
func (o *Operations) leads(d pool.Domain) string {
	if !d.Custom {
		return ""
	}
	return o.settings.Domains.Target()
}

// showDomains adds to a pool the domains that it has.
func showDomains(out *api.UserPoolType, domains []pool.Domain) {
	for _, d := range domains {
		if d.Custom {
			out.CustomDomain = &d.Name
		} else {
			out.Domain = &d.Name
		}
	}
}
