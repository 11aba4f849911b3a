"""Field names and types that the vendor publishes for the answers the product reads.

One line per shape: `Name:type` in the vendor's own spelling; `?` may be null.
"""

KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "number": (int, float),
    "text": (str,),
    "date": (str,),
    "flag": (bool,),
    "list": (list,),
}

TOKENS = "AccessToken:text? RefreshToken:text? AccessTokenExpireOn:date RefreshTokenExpireOn:date"

USER_INFO = """
UserId:int FullName:text? EmailAddress:text? TimeStamp:date TimeZoneValue:number TimeZoneName:text?
OlsonTimeZoneName:text? DateFormat:text? TimeFormat:text? TimeFormatWithSeconds:text? TenantId:int
AccountId:int? LocationId:int? ContactId:int? BusinessName:text? UserAccessRights:list?
SpecialFeatures:list? ViewsMenus:list? QueuesMenus:list? CurrencyCode:text? CultureCode:text?
FilesVersionNumber:text? NewTicketingUI:flag IsUserSystemAdmin:flag ProductName:text? PictureUrl:text?
OpenIdRealmId:text?
"""

ACCESS_RIGHT = (
    "CanView:flag CanModify:flag CanDelete:flag MainMenuId:int MenuCategoryId:int ListingIDEnum:int"
)

ACCOUNT = "Id:int Name:text? TenantName:text? IsActive:flag"

CONTRACT = """
Id:int ContractName:text? AccountName:text? ContractType:text? ContractBillingPrice:number Status:text?
ContractNumber:text? BillingCycle:text? StartDate:date EndDate:date
"""

CONTRACT_LOOKUP = "Id:int Name:text? IsDefault:flag? SLAId:int? SLAName:text? IsActive:flag EndDate:date?"

SERVICE_LOOKUP = "Id:int Name:text? Description:text?"

SERVICE = """
Id:int Name:text? Description:text? UnitCost:number UnitPrice:number CategoryId:int? Category:text?
Margin:number? MarginType:int? SubCategoryId:int? SubCategory:text? UnitOfMeasureId:int? UnitOfMeasure:text?
IncomeAccountCode:text? IncomeAccountName:text? ExpenseAccountCode:text? ExpenseAccountName:text?
IsActive:flag IsTaxable:flag CreatedOn:date CreatedBy:int ModifiedOn:date ModifiedBy:int
"""

LINE = """
Id:int ServiceId:int ContractId:int AccountId:int ServiceName:text? ServiceDescription:text?
ContractName:text? AccountName:text? EffectiveDate:date ContractStartDate:date ContractEndDate:date
UnitCost:number UnitPrice:number MarginType:int Margin:number ExcludeFromContractBulkUpdates:flag
"""

POSTED_SERVICE = """
Id:int CreatedBy:int? CreatedOn:date? ModifiedBy:int? ModifiedOn:date? ServiceId:int ServiceName:text?
Description:text? ContractId:int ContractName:text? TotalCost:number TotalPrice:number Units:number
UnitCost:number UnitPrice:number Margin:number OriginalUnitPrice:number OriginalUnitCost:number
EffectiveDate:date SortOrder:int
"""

BACKGROUND_JOB = "JobId:int?"

JOB_LOG = "Id:text Type:int Action:text? Message:text? Date:date"

INVOICE = """
Id:int InvoiceNumber:text? StatusId:int? StatusName:text? Notes:text? AccountId:int? AccountName:text?
AccountLocationId:int? AccountLocationName:text? ProjectId:int? ProjectName:text? PONumber:text?
SalesTaxItemId:int? SalesTaxItemName:text? SalesRepId:int? SalesRepName:text? ClassId:int? ClassName:text?
Discount:number? SalesTaxRate:number? TotalPrice:number? TotalTax:number? GrandTotal:number?
PaymentDue:number? PaidAmount:number? InvoiceDate:date? DueDate:date? InvoiceFrom:date? InvoiceTo:date?
SentOn:date? ContactFirstName:text? ContactLastName:text? Address1:text? Address2:text? State:text?
City:text? CountryName:text? ZipCode:text? EmailAddress:text? PhoneNumber:text? Extension:text?
MobileNumber:text? FaxNumber:text? SentByUserName:text? CreatedById:int? CreatedByUserName:text?
ModifiedById:int? ModifiedByUserName:text? ModifiedOn:date? CreatedOn:date? PostedToAccounting:flag?
PostedToAccountingOn:date? AccountingAppReference:text? GeneratedOn:date?
"""

INVOICE_LINE = """
Id:int InvoiceId:int? InvoiceNumber:text? Name:text? Description:text? TypeId:int? TypeName:text?
GLAccountId:int? GLAccountCode:text? GLAccountName:text? ClassId:int? ClassName:text? Qty:number?
UnitPrice:number? TotalPrice:number? ValueDate:date? ContractId:int ContractName:text? IsTaxable:flag?
"""

ERROR = "Code:int Message:text? Details:text? StackStrace:text? SubErrors:list?"


def misfits(row: dict[str, object], shape: str) -> list[str]:
    """What in a PascalCase row is not as published: missing, unknown, or of another type."""
    published = dict(word.split(":") for word in shape.split())
    wrong = [f"unknown {name}" for name in row.keys() - published.keys()]
    wrong += [f"missing {name}" for name in published.keys() - row.keys()]
    for name in row.keys() & published.keys():
        kind, value = published[name].rstrip("?"), row[name]
        may_be_null = published[name].endswith("?")
        fits = value is None if may_be_null and value is None else isinstance(value, KINDS[kind])
        if not fits or (isinstance(value, bool) and kind != "flag"):
            wrong.append(f"{name} is {value!r}")
    return wrong
