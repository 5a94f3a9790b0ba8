/** What web servers and proxies answer in place of a web service: HTTP.sys, IIS, ASP.NET, nginx, Apache, HAProxy, Squid. */

export interface HttpRefusal {
  readonly from: string;
  readonly status: number;
  readonly body: string;
  readonly location?: string;
  /** The reason that people read. */
  readonly said: RegExp;
  readonly hint: RegExp;
}

/** The form of HTTP.sys, which answers before IIS does. */
function httpSys(title: string, heading: string, text: string): string {
  return (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n' +
    `<HTML><HEAD><TITLE>${title}</TITLE>\r\n` +
    '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n' +
    `<BODY><h2>${heading}</h2>\r\n<hr><p>${text}</p>\r\n</BODY></HTML>\r\n`
  );
}

/** The form of IIS 7 to 10 for those who ask from another machine. */
function iis(title: string, text: string): string {
  return (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n' +
    `<html xmlns="http://www.w3.org/1999/xhtml">\r\n<head>\r\n<title>${title}</title>\r\n` +
    '<style type="text/css">\r\n<!--\r\nbody{margin:0;font-size:.7em;}\r\nfieldset{padding:0 15px 10px 15px;}\r\n-->\r\n</style>\r\n</head>\r\n' +
    `<body>\r\n<div id="header"><h1>Server Error</h1></div>\r\n<div id="content">\r\n <div class="content-container"><fieldset>\r\n  <h2>${title}</h2>\r\n  <h3>${text}</h3>\r\n </fieldset></div>\r\n</div>\r\n</body>\r\n</html>\r\n`
  );
}

function nginx(title: string, more = ''): string {
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title.replace(/ The plain.*/, '')}</h1></center>\r\n${more}<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n`;
}

export const HTTP_REFUSALS: readonly HttpRefusal[] = [
  {
    from: 'HTTP.sys, a host that no site is bound to',
    status: 400,
    body: httpSys('Bad Request', 'Bad Request - Invalid Hostname', 'HTTP Error 400. The request hostname is invalid.'),
    said: /HTTP 400: it says "Bad Request - Invalid Hostname HTTP Error 400\. The request hostname is invalid\."$/,
    hint: /as the web server there knows it \(the host name of its binding in IIS\)/,
  },
  {
    from: 'HTTP.sys, an application pool that has stopped',
    status: 503,
    body: httpSys('Service Unavailable', 'Service Unavailable', 'HTTP Error 503. The service is unavailable.'),
    said: /HTTP 503: it says "Service Unavailable HTTP Error 503\. The service is unavailable\."$/,
    hint: /application pool in IIS has stopped/,
  },
  {
    from: 'IIS 7, a site that takes HTTPS only (403.4)',
    status: 403,
    body: `<title>IIS 7.5 Detailed Error - 403.4 - Forbidden</title><style>${'x{} '.repeat(500)}</style><h3>HTTP Error 403.4 - Forbidden</h3><h4>The page you are trying to access is secured with Secure Sockets Layer (SSL).</h4>`,
    said: /HTTP 403 \(forbidden\): it says "IIS 7\.5 Detailed Error - 403\.4 - Forbidden: HTTP Error 403\.4/,
    hint: /begin wsdl_order_api in abacos\.yml with https:/,
  },
  {
    from: 'IIS 6, the same',
    status: 403,
    body: '<title>The page must be viewed over a secure channel</title><h2>HTTP Error 403.4 - Forbidden: SSL is required to view this resource.</h2>',
    said: /it says "The page must be viewed over a secure channel: HTTP Error 403\.4 - Forbidden: SSL is required/,
    hint: /begin wsdl_order_api in abacos\.yml with https:/,
  },
  {
    from: 'IIS 6, a client whose address is refused (403.6)',
    status: 403,
    body: '<title>The page cannot be displayed</title><h2>HTTP Error 403.6 - Forbidden: IP address of the client has been rejected.</h2>',
    said: /IP address of the client has been rejected/,
    hint: /ask whether the address of this machine is allowed/,
  },
  {
    from: 'IIS 7, a site that wants a certificate of the client (403.7)',
    status: 403,
    body: '<title>IIS 7.5 Detailed Error - 403.7 - Forbidden</title><h3>HTTP Error 403.7 - Forbidden</h3><h4>The page you are attempting to access requires your browser to have a Secure Sockets Layer (SSL) client certificate that the Web server recognizes.</h4>',
    said: /403\.7 - Forbidden/,
    hint: /certificate of the client/,
  },
  {
    from: 'IIS 10, a page that is not there',
    status: 404,
    body: iis(
      '404 - File or directory not found.',
      'The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.',
    ),
    said: /HTTP 404 \(not found\): it says "404 - File or directory not found\./,
    hint: /check the path of wsdl_order_api/,
  },
  {
    from: 'IIS 10, a path that takes no POST',
    status: 405,
    body: iis(
      '405 - HTTP verb used to access this page is not allowed.',
      'The page you are looking for cannot be displayed because an invalid method (HTTP verb) was used to attempt access.',
    ),
    said: /HTTP 405: it says "405 - HTTP verb used/,
    hint: /check the path of wsdl_order_api/,
  },
  {
    from: 'ASP.NET 4, an exception that it hides (customErrors)',
    status: 500,
    body: `<!DOCTYPE html>\r\n<html>\r\n    <head>\r\n        <title>Runtime Error</title>\r\n        <style>\r\n         body {font-family:"Verdana";font-weight:normal;}\r\n        </style>\r\n    </head>\r\n    <body bgcolor="white">\r\n            <span><H1>Server Error in '/AbacosWebSvc' Application.<hr width=100% size=1 color=silver></H1>\r\n            <h2> <i>Runtime Error</i> </h2></span>\r\n            <b> Description: </b>An application error occurred on the server. The current custom error settings for this application prevent the details of the application error from being viewed remotely (for security reasons).\r\n    </body>\r\n</html>`,
    said: /HTTP 500: it says "Runtime Error: Server Error in '\/AbacosWebSvc' Application\./,
    hint: /event log of that server/,
  },
  {
    from: 'ASP.NET 4, an exception that it shows',
    status: 500,
    body: `<html><head><title>Could not load file or assembly &#39;Oracle.DataAccess&#39;</title></head><body><span><H1>Server Error in '/' Application.</H1></span></body></html>`,
    said: /it says "Could not load file or assembly 'Oracle\.DataAccess': Server Error in '\/' Application\."$/,
    hint: /event log of that server/,
  },
  {
    from: 'nginx, plain HTTP to its HTTPS port',
    status: 400,
    body: nginx(
      '400 The plain HTTP request was sent to HTTPS port',
      '<center>The plain HTTP request was sent to HTTPS port</center>\r\n',
    ),
    said: /HTTP 400: it says "400 The plain HTTP request was sent to HTTPS port/,
    hint: /begin wsdl_order_api in abacos\.yml with https:/,
  },
  {
    from: 'Apache 2.4, plain HTTP to its HTTPS port',
    status: 400,
    body: "<html><head>\n<title>400 Bad Request</title>\n</head><body>\n<h1>Bad Request</h1>\n<p>Your browser sent a request that this server could not understand.<br />\nReason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n Instead use the HTTPS scheme to access this URL, please.<br />\n</p>\n</body></html>\n",
    said: /You're speaking plain HTTP to an SSL-enabled server port/,
    hint: /begin wsdl_order_api in abacos\.yml with https:/,
  },
  {
    from: 'Go net/http, plain HTTP to its HTTPS port',
    status: 400,
    body: 'Client sent an HTTP request to an HTTPS server.\n',
    said: /it says "Client sent an HTTP request to an HTTPS server\."$/,
    hint: /begin wsdl_order_api in abacos\.yml with https:/,
  },
  {
    from: 'nginx, a backend that does not answer',
    status: 502,
    body: nginx('502 Bad Gateway'),
    said: /HTTP 502: it says "502 Bad Gateway nginx\/1\.22\.1"$/,
    hint: /the proxy in front of Abacos does not reach it/,
  },
  {
    from: 'HAProxy, no server left',
    status: 503,
    body: '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
    said: /it says "503 Service Unavailable No server is available to handle this request\."$/,
    hint: /if it lasts/,
  },
  {
    from: 'Squid, an address that may not use it',
    status: 403,
    body: '<html><head><title>ERROR: The requested URL could not be retrieved</title></head><body><h1>ERROR</h1><h2>The requested URL could not be retrieved</h2><p><b>Access Denied.</b></p></body></html>',
    said: /it says "ERROR: The requested URL could not be retrieved: ERROR/,
    hint: /user_agent in abacos\.yml/,
  },
  {
    from: 'a redirect to HTTPS',
    status: 302,
    body: '<title>Object moved</title>',
    location: 'https://abacos.example.com/AbacosWebSvc/AbacosWSPedidos.asmx?token=geheim',
    said: /HTTP 302 \(redirected to https:\/\/abacos\.example\.com\/AbacosWebSvc\/AbacosWSPedidos\.asmx\), and order-monit sends the key nowhere else$/,
    hint: /set wsdl_order_api in abacos\.yml to the address that the service has now/,
  },
  {
    from: 'a page for people to log in at',
    status: 200,
    body: '<html><head><title>Hotspot login</title></head><body>Please accept the terms</body></html>',
    said: /not SOAP, such as a web page: it says "Hotspot login: Please accept the terms"$/,
    hint: /check wsdl_order_api/,
  },
];
